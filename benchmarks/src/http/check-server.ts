import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { CheckError } from "../method/check-error.ts";

interface Case {
  readonly title: string;
  readonly path: string;
  /** Sent as JSON; text is sent as it is. Absent: GET. */
  readonly body?: unknown;
  readonly status: number;
  /** Absent: the body may say what it likes, as each has a form of its own for errors. */
  readonly answer?: object;
  readonly location?: string;
}

const long = "x".repeat(1_001);
const refused = { path: "/things", status: 400 };

const cases: readonly Case[] = [
  {
    title: "gives a thing without what is not declared",
    path: "/things/thing_seed7",
    status: 200,
    answer: { thingId: "thing_seed7", name: "seed7", description: "The thing with the number 7" },
  },
  { title: "knows no such thing", path: "/things/thing_nobody", status: 404 },
  { title: "refuses an id that is too long", path: `/things/${"x".repeat(107)}`, status: 400 },
  { title: "knows no such route", path: "/nowhere", status: 404 },
  {
    title: "creates a thing",
    path: "/things",
    body: { name: "a lämp", description: "It is new 💡" },
    status: 201,
    answer: { thingId: "thing_a lämp" },
    location: "/things/thing_a%20l%C3%A4mp",
  },
  {
    title: "gives the created thing",
    path: "/things/thing_a%20l%C3%A4mp",
    status: 200,
    answer: { thingId: "thing_a lämp", name: "a lämp", description: "It is new 💡" },
  },
  {
    title: "takes the longest texts",
    path: "/things",
    body: { name: "y".repeat(100), description: "x".repeat(1_000) },
    status: 201,
    answer: { thingId: `thing_${"y".repeat(100)}` },
    location: `/things/thing_${"y".repeat(100)}`,
  },
  { ...refused, title: "refuses an empty name", body: { name: "", description: "" } },
  {
    ...refused,
    title: "refuses a long name",
    body: { name: long.slice(0, 101), description: "" },
  },
  { ...refused, title: "refuses a long description", body: { name: "n", description: long } },
  { ...refused, title: "refuses a number for a name", body: { name: 7, description: "" } },
  { ...refused, title: "refuses a missing field", body: { name: "n" } },
  { ...refused, title: "refuses an unknown field", body: { name: "n", description: "", more: 1 } },
  { ...refused, title: "refuses a list", body: [] },
  { ...refused, title: "refuses what is no JSON", body: "{" },
];

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function faultOf(each: Case, port: number): Promise<string | undefined> {
  const { path, body, status, answer, location } = each;
  const post = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, body === undefined ? {} : post);
  const text = await response.text();
  if (response.status !== status) return `status ${response.status} instead of ${status}: ${text}`;
  if (answer === undefined) return undefined;
  const received = jsonOf(text);
  if (!isDeepStrictEqual(received, answer)) {
    return `${text} instead of ${JSON.stringify(answer)}`;
  }
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("application/json")) return `content-type "${type}" instead of JSON`;
  const seen = response.headers.get("location") ?? undefined;
  return seen === location ? undefined : `location ${seen} instead of ${location}`;
}

/** The lines of requests in a log: those that have a route. */
async function loggedRequests(logFile: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(logFile, "utf8").catch(() => "");
  const lines = text.split("\n").filter((line) => line !== "");
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => "route" in line);
}

async function logFault(logFile: string): Promise<string | undefined> {
  const until = performance.now() + 2_000;
  let lines = await loggedRequests(logFile);
  // The last line is written after its answer has gone out.
  while (lines.length < cases.length && performance.now() < until) {
    await new Promise((resolve) => void setImmediate(resolve));
    lines = await loggedRequests(logFile);
  }
  if (lines.length !== cases.length) return `${lines.length} lines for ${cases.length} requests`;
  const first = lines.find(({ path }) => path === cases[0]?.path);
  const { method, route, status, duration, requestId } = first ?? {};
  const good =
    method === "GET" &&
    route === "/things/:thingId" &&
    status === 200 &&
    typeof duration === "number" &&
    typeof requestId === "string";
  return good ? undefined : `the line of a request is ${JSON.stringify(first)}`;
}

/**
 * Makes sure that a server does the work of the comparison: the same routes, statuses, verdicts and
 * bodies as every other, and a line for each request where lines are asked for.
 *
 * @param name of the server, for the message
 * @param logFile where its lines go; absent: it is not to write any
 * @throws CheckError that lists every difference
 */
export async function checkServer(
  name: string,
  port: number,
  logFile: string | undefined,
): Promise<void> {
  const faults: string[] = [];
  for (const each of cases) {
    const fault = await faultOf(each, port);
    if (fault !== undefined) faults.push(`${each.title}: ${fault}`);
  }
  const logged = logFile === undefined ? undefined : await logFault(logFile);
  if (logged !== undefined) faults.push(`writes a line for each request: ${logged}`);
  if (faults.length > 0) {
    throw new CheckError(
      `${name} does not do the same work as the others:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    );
  }
}
