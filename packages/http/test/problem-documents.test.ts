import { AlreadyExistsError } from "@plinth/core";
import { describe, expect, test } from "vitest";
import type { Problem } from "../src/index.ts";
import { post, refused, serverForAll, testRefusals } from "./refusals.ts";

const running = serverForAll();

describe("every error is a problem document that names the fault", () => {
  testRefusals(running, [
    ["unknown route", "/nothing", undefined, "route_not_found", "GET /nothing"],
    [
      "unknown route with a bad body",
      "/nothing",
      post("x", "text/plain"),
      "route_not_found",
      "POST /nothing",
    ],
    [
      "wrong method",
      "/things/a",
      post("{}"),
      "method_not_allowed",
      "DELETE, GET, HEAD, OPTIONS, PUT",
    ],
    [
      "bad time-out",
      "/things/a",
      { headers: { "x-request-timeout-ms": "soon" } },
      "malformed_request",
      "x-request-timeout-ms",
    ],
    [
      "time-out of nothing",
      "/things/a",
      { headers: { "x-request-timeout-ms": "0" } },
      "deadline_exceeded",
      "time",
    ],
    ["missing thing", "/things/b", undefined, "not_found", "no such thing"],
    ["existing thing", "/things", post('{"name":"taken"}'), "already_exists", "already"],
  ]);

  test("details and retryAfter travel", async () => {
    expect(
      (await refused(running().url, "/things", post('{"name":"taken"}'))).problem.details,
    ).toEqual({
      name: "taken",
    });
    const missing = await refused(running().url, "/things/b");
    expect(missing.problem.retryAfter).toBe(1_500);
    expect(missing.headers.get("retry-after")).toBe("2");
  });

  test("a wrong method names the allowed ones, and OPTIONS lists them", async () => {
    const wrong = await refused(running().url, "/things", { method: "PATCH" });
    expect(wrong.headers.get("allow")).toBe("GET, HEAD, OPTIONS, POST");
    const options = await fetch(`${running().url}/things`, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([
      204,
      "GET, HEAD, OPTIONS, POST",
    ]);
    expect((await refused(running().url, "/nothing", { method: "OPTIONS" })).status).toBe(404);
    expect((await refused(running().url, "/health", { method: "POST" })).headers.get("allow")).toBe(
      "GET, HEAD, OPTIONS",
    );
  });

  test("an internal error says nothing; the log has the cause and the request", async () => {
    const cause = new Error("password=hunter2 at db-7");
    running().behavior.onCall = () => {
      throw cause;
    };
    const response = await fetch(`${running().url}/things/a`);
    delete running().behavior.onCall;
    expect(response.status).toBe(500);
    const problem = (await response.json()) as Problem;
    expect(problem).toEqual({
      type: "urn:plinth:error:internal",
      title: "Internal error",
      status: 500,
      detail: "An internal error occurred.",
      code: "internal",
      requestId: response.headers.get("x-request-id"),
    });
    const line = running().logger.lines.find(({ level }) => level === "error");
    expect(line?.message).toBe("GET /things/:thingId failed.");
    expect(line?.fields["error"]).toMatchObject({ cause });
  });

  test("details of a service under the name of field errors stay in the details", async () => {
    running().behavior.onCall = () => {
      throw new AlreadyExistsError("There is one.", { details: { errors: ["a", 1], count: 2 } });
    };
    const response = await fetch(`${running().url}/things/a`);
    delete running().behavior.onCall;
    const problem = (await response.json()) as Problem;
    expect(problem.errors).toBeUndefined();
    expect(problem.details).toEqual({ errors: ["a", 1], count: 2 });
  });
});
