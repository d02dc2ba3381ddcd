import { InvalidArgumentError, NotFoundError } from "@plinth/core";
import { problemOf } from "@plinth/http";
import { describe, expect } from "vitest";
// oxlint-disable-next-line import/no-unassigned-import -- this is how a set-up file registers them
import "../src/matchers/index.ts";
import { fakeLogger, test } from "../src/index.ts";

/** The message of a failed expectation, with its diff. */
async function failureOf(expectation: () => unknown): Promise<string> {
  try {
    await expectation();
  } catch (error) {
    const { message, actual, expected } = error as Error & { actual?: unknown; expected?: unknown };
    return `${message}\n${JSON.stringify({ actual, expected })}`;
  }
  throw new Error("It did not fail.");
}

describe("toBeProblem", () => {
  const error = new NotFoundError('There is no lamp "desk".', {
    details: { lampId: "desk", n: 1 },
  });
  const body = problemOf(error, "r-1");

  test("takes errors, bodies and answers", async () => {
    expect(error).toBeProblem("not_found");
    expect(body).toBeProblem("not_found", { status: 404, requestId: "r-1" });
    const response = Response.json(body, { status: 404 });
    await expect(response).toBeProblem("not_found", { detail: /desk/ });
    expect(await response.json()).toEqual(body);
    await expect(Promise.reject(error)).rejects.toBeProblem("not_found");
  });

  test("compares what is given, and no more", () => {
    expect(error).toBeProblem("not_found", { details: { lampId: "desk" } });
    expect(error).toBeProblem("not_found", { detail: 'There is no lamp "desk".' });
    expect(error).not.toBeProblem("not_found", { detail: "There is no lamp" });
    expect(error).not.toBeProblem("not_found", { details: { lampId: "chair" } });
    expect(error).not.toBeProblem("aborted");
    expect(new Error("There is no lamp.")).not.toBeProblem("not_found");
    expect({ code: "not_found" }).not.toBeProblem("not_found");
  });

  test("compares the fields that are to blame", () => {
    const errors = [{ path: "name", message: "Too long.", code: "too_big" }];
    const refused = new InvalidArgumentError("Refused.", { details: { errors } });
    expect(refused).toBeProblem("invalid_argument", { errors: [{ path: "name" }] });
    expect(refused).not.toBeProblem("invalid_argument", { errors: [{ path: "size" }] });
    expect(refused).not.toBeProblem("invalid_argument", { errors: [] });
  });

  test("says what it is instead, and shows the difference in what was compared", async () => {
    expect(await failureOf(() => expect(error).toBeProblem("aborted", { status: 409 }))).toBe(
      'expected a problem "aborted", received "not_found": There is no lamp "desk".\n' +
        '{"actual":{"code":"not_found","status":404},"expected":{"code":"aborted","status":409}}',
    );
    expect(await failureOf(() => expect("broken").toBeProblem("aborted"))).toMatch(
      /a service error, the body of an answer, or an answer; received .*broken/,
    );
    expect(await failureOf(() => expect(error).not.toBeProblem("not_found"))).toMatch(
      /expected no problem "not_found" such as this/,
    );
    expect(await failureOf(() => expect(Response.json(body)).toBeProblem("aborted"))).toMatch(
      /received "not_found"/,
    );
  });

  test("a misspelt code does not compile", () => {
    // @ts-expect-error -- there is no such code
    expect(error).not.toBeProblem("notfound");
  });
});

describe("toHaveLogged", () => {
  const logger = fakeLogger();
  logger.child({ part: "lamps" }).info("Switched on", { lampId: "desk" });
  logger.warn("Slow", { time: 12 });

  test("finds a line by what is given", () => {
    expect(logger).toHaveLogged();
    expect(logger).toHaveLogged("info");
    expect(logger).toHaveLogged("info", "Switched on");
    expect(logger).toHaveLogged("info", /^Switched/, { lampId: "desk" });
    expect(logger).toHaveLogged(undefined, "Slow", { time: 12 });
    expect(logger).not.toHaveLogged("error");
    expect(logger).not.toHaveLogged("warn", "Switched on");
    expect(logger).not.toHaveLogged("info", "Switched");
    expect(logger).not.toHaveLogged("info", "Switched on", { lampId: "chair" });
    expect(fakeLogger()).not.toHaveLogged();
  });

  test("compares with the line that is nearest, and lists all", async () => {
    const message = await failureOf(() =>
      expect(logger).toHaveLogged("info", "Switched on", { lampId: "chair" }),
    );
    expect(message).toContain("  info  Switched on (part, lampId)\n  warn  Slow (time)\n");
    expect(message).toContain(
      '"actual":{"level":"info","message":"Switched on","fields":{"lampId":"desk"}}',
    );
    expect(await failureOf(() => expect(fakeLogger()).toHaveLogged("info"))).toMatch(/has none/);
  });

  test("refuses what keeps no lines", () => {
    expect(() => expect(console).toHaveLogged("info")).toThrow(/keeps its lines/);
  });

  test("shows the lines that should not be there", async () => {
    expect(await failureOf(() => expect(logger).not.toHaveLogged("warn"))).toMatch(
      /expected no line .* in the log, which has:\n {2}warn {2}Slow/s,
    );
  });
});
