import { afterAll, beforeAll, expect, test } from "vitest";
import type { Problem } from "../src/index.ts";
import type { HttpServerOptions } from "../src/server/http-options.ts";
import { startServer, type Running } from "./things.ts";

/** A request, and how it is refused. */
export type RefusalRow = [
  name: string,
  path: string,
  init: RequestInit | undefined,
  kind: string,
  detail: string,
  errors?: readonly string[],
];

/** Statuses and codes by the kind of fault. */
const answers: Readonly<Record<string, readonly [number, string]>> = {
  already_exists: [409, "already_exists"],
  body_too_large: [413, "invalid_argument"],
  deadline_exceeded: [504, "deadline_exceeded"],
  invalid_argument: [400, "invalid_argument"],
  malformed_body: [400, "invalid_argument"],
  malformed_request: [400, "invalid_argument"],
  method_not_allowed: [405, "unimplemented"],
  not_found: [404, "not_found"],
  route_not_found: [404, "not_found"],
  unsupported_media_type: [415, "invalid_argument"],
};

export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly problem: Problem;
}

/** A server for all tests of a file. */
export function serverForAll(options: Partial<HttpServerOptions> = {}): () => Running {
  let running: Running;
  beforeAll(async () => {
    running = await startServer(options);
  });
  afterAll(() => running[Symbol.asyncDispose]());
  return () => running;
}

/** Sends a request that is refused with a problem document, and does the server no harm. */
export async function refused(url: string, path: string, init?: RequestInit): Promise<Refusal> {
  const response = await fetch(`${url}${path}`, init);
  expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  const problem = (await response.json()) as Problem;
  expect(problem.status).toBe(response.status);
  expect(problem.requestId).toBe(response.headers.get("x-request-id"));
  expect(problem.type).toMatch(/^urn:plinth:error:[a-z_]+$/);
  expect(problem.title).not.toBe("");
  expect(problem.detail).not.toBe("");
  expect((await fetch(`${url}/things/a`)).status).toBe(200);
  return { status: response.status, headers: response.headers, problem };
}

/** Declares one test for each row. */
export function testRefusals(running: () => Running, rows: readonly RefusalRow[]): void {
  test.each<RefusalRow>(rows)("%s", async (_name, path, init, kind, detail, errors) => {
    const { status, problem } = await refused(running().url, path, init);
    expect([status, problem.code]).toEqual(answers[kind]);
    expect(problem.type).toBe(`urn:plinth:error:${kind}`);
    expect(problem.detail).toContain(detail);
    expect(problem.errors?.map(({ path: field, code }) => `${field} ${code}`)).toEqual(errors);
  });
}

export function post(
  body: string | Uint8Array<ArrayBuffer>,
  type = "application/json",
): RequestInit {
  return { method: "POST", body, headers: { "content-type": type } };
}
