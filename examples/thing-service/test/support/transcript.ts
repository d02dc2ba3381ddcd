import { type RawRequest, type RawResponse, send } from "./raw-request.ts";

/** One request, and what every cloud has to answer. */
export interface Exchange extends RawRequest {
  readonly title: string;
  readonly status: number;
  /** The whole body of a success. */
  readonly answer?: object;
  /** The stable code of a problem. */
  readonly code?: string;
  /** The fields that a problem names, where it is about the input. */
  readonly faults?: readonly string[];
}

const create = (
  title: string,
  body: unknown,
  rest: Omit<Exchange, keyof RawRequest | "title">,
) => ({
  title,
  method: "POST",
  path: "/things",
  body: typeof body === "string" ? body : JSON.stringify(body),
  ...rest,
});

const read = (title: string, id: string, rest: Omit<Exchange, keyof RawRequest | "title">) => ({
  title,
  method: "GET",
  path: `/things/${id}`,
  ...rest,
});

const lamp = { name: "lamp", description: "A lamp" };
const invalid = { status: 400, code: "invalid_argument" };
const missing = { status: 404, code: "not_found" };

/** Names that break what is careless with paths, keys or objects, and are fine here. */
const oddNames = ["a/b", "..", "😀", "__proto__", "a b%2F?#", "né\u0301"];

export const transcript: readonly Exchange[] = [
  create("create", lamp, { status: 201, answer: { thingId: "thing_lamp" } }),
  read("read", "thing_lamp", { status: 200, answer: { thingId: "thing_lamp", ...lamp } }),
  create("duplicate", lamp, { status: 409, code: "already_exists" }),
  read("missing", "thing_chair", missing),
  {
    title: "list",
    method: "GET",
    path: "/things?orderBy=createdAt&order=descending",
    status: 200,
    answer: { things: [{ thingId: "thing_lamp", ...lamp }] },
  },
  {
    title: "an invented cursor",
    method: "GET",
    path: "/things?cursor=abc",
    ...invalid,
  },
  {
    title: "a page of no size",
    method: "GET",
    path: "/things?limit=0",
    ...invalid,
    faults: ["limit"],
  },
  create(
    "no description",
    { name: "bare", description: "" },
    {
      status: 201,
      answer: { thingId: "thing_bare" },
    },
  ),
  ...oddNames.flatMap((name) => {
    const thing = { thingId: `thing_${name}`, name, description: `line one\nof "${name}"` };
    const { thingId, ...body } = thing;
    return [
      create(`create ${name}`, body, { status: 201, answer: { thingId } }),
      read(`read ${name}`, encodeURIComponent(thingId), { status: 200, answer: thing }),
    ];
  }),

  create("malformed JSON", '{"name": "lamp"', invalid),
  create("an empty body", "", invalid),
  create("a body that is no object", ["lamp"], { ...invalid, faults: [""] }),
  {
    ...create("wrong content type", lamp, { status: 415, code: "invalid_argument" }),
    contentType: "text/plain",
  },
  create("missing field", { name: "lamp" }, { ...invalid, faults: ["description"] }),
  create("wrong type", { ...lamp, name: 7 }, { ...invalid, faults: ["name"] }),
  create("empty name", { ...lamp, name: "" }, { ...invalid, faults: ["name"] }),
  create("over-long name", { ...lamp, name: "n".repeat(101) }, { ...invalid, faults: ["name"] }),
  create("two faults", { name: "n".repeat(101) }, { ...invalid, faults: ["name", "description"] }),
  create("unknown field", { ...lamp, color: "red" }, { ...invalid, faults: ["color"] }),
  create("__proto__ as a field", '{"name":"x","description":"","__proto__":{"a":1}}', invalid),
  create("NUL in a name", { ...lamp, name: "a\0b" }, { ...invalid, faults: ["name"] }),
  create(
    "NUL in a description",
    { name: "nul", description: "\0" },
    { ...invalid, faults: ["description"] },
  ),
  create("half an emoji", '{"name":"\\ud83d","description":""}', { ...invalid, faults: ["name"] }),
  create(
    "a body over the limit",
    { ...lamp, description: "d".repeat(2_000_000) },
    {
      status: 413,
      code: "invalid_argument",
    },
  ),
  { title: "unknown route", method: "GET", path: "/nothing", ...missing },
  { title: "wrong method", method: "DELETE", path: "/things", status: 405, code: "unimplemented" },

  read("an id with a slash", "thing_a%2Fc", missing),
  read("an id of two dots", "..", missing),
  read("an id of two dots, encoded", "%2E%2E", missing),
  read("an id with NUL", "thing_%00", { ...invalid, faults: ["thingId"] }),
  read("an id that is not UTF-8", "thing_%FF", invalid),
  read("an id with an emoji", "thing_%F0%9F%98%8E", missing),
  read("an id of 2,000 characters", "i".repeat(2_000), { ...invalid, faults: ["thingId"] }),
  read("the id __proto__", "__proto__", missing),
  read("still there", "thing_lamp", { status: 200, answer: { thingId: "thing_lamp", ...lamp } }),
];

/** Plays the transcript; what differs from run to run by nature is left out. */
export async function play(address: string): Promise<(RawResponse & { title: string })[]> {
  const answers = [];
  for (const exchange of transcript) {
    const response = await send(address, exchange);
    answers.push({ title: exchange.title, ...response, body: withoutRequestId(response.body) });
  }
  return answers;
}

function withoutRequestId(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body ?? null), (key, value: unknown) =>
    key === "requestId" ? "(any)" : value,
  );
}
