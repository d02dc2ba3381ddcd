import * as fc from "fast-check";
import type { Document, Operation, Parameter, Schema } from "./fuzz-document.ts";
import { seenMark } from "./fuzz-seen.ts";

/** A request before the ids in it are known. */
export interface PlannedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const oddStrings = fc.oneof(
  fc.constantFrom("", " ", "\0", "a\0b", "..", "../..", "%", "%00", "%zz", "%2e%2e%2f", "/", "//"),
  fc.constantFrom("__proto__", "constructor", "toString", "null", "NaN", "-0", "1e999", "[]", "{}"),
  fc.constantFrom(
    "👩‍👩‍👧",
    "\u202e",
    "\ufeff",
    "\ud800",
    "é".normalize("NFD"),
    "\r\n",
    "?a=b#c",
    "$ne",
  ),
  fc.nat({ max: 20_000 }).map((length) => "x".repeat(length)),
  fc.string({ unit: "binary", maxLength: 120 }),
);
const oddNumbers = fc.oneof(
  fc.constantFrom(0, -0, -1, 101, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e21, 1e308, 5e-324),
  fc.integer(),
);
const oddValues = fc.oneof(
  oddStrings,
  oddNumbers,
  fc.constantFrom(null, true, false, [], {}),
  fc.array(oddStrings, { maxLength: 12 }),
  fc.jsonValue({ maxDepth: 4 }),
);

function textFor(schema: Schema): fc.Arbitrary<string> {
  if (schema.format === "uuid") return fc.uuid({ version: 4 });
  if (schema.format === "email") return fc.stringMatching(/^[a-z]{1,9}@[a-z]{1,9}\.[a-z]{2,4}$/);
  const { minLength = 0, maxLength = 40, pattern = "" } = schema;
  // Of classes such as \p{Cc}, fast-check makes no strings.
  if (pattern !== "" && !/\\[p0x]/.test(pattern)) return fc.stringMatching(new RegExp(pattern));
  const allowed = new RegExp(pattern, "u");
  return fc
    .string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength, 40) })
    .filter((text) => allowed.test(text));
}

/** Values that a schema takes; ids are mostly those that answers have given. */
function valuesOf(schema: Schema, document: Document, name = ""): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    const target = document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {};
    return valuesOf(target, document, name);
  }
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.type === "string") {
    if (!/Id$|^cursor$/.test(name)) return textFor(schema);
    return fc.oneof(
      { weight: 4, arbitrary: seenMark(name) },
      { weight: 1, arbitrary: textFor(schema) },
    );
  }
  if (schema.type === "integer" || schema.type === "number") {
    const { minimum: min = -1000, maximum: max = 1000 } = schema;
    return fc.integer({ min, max });
  }
  if (schema.type === "array") {
    const { items = {}, minItems: minLength = 0, maxItems: maxLength = 5 } = schema;
    return fc.array(valuesOf(items, document), { minLength, maxLength });
  }
  if (schema.type === "object") {
    const fields = Object.entries(schema.properties ?? {}).map(
      ([key, field]) => [key, valuesOf(field, document, key)] as const,
    );
    const requiredKeys = [...(schema.required ?? [])];
    return fc.record(Object.fromEntries(fields), { requiredKeys, noNullPrototype: true });
  }
  return fc.boolean();
}

/** A body text with one thing wrong. */
function brokenBodies(valid: Fields): fc.Arbitrary<string> {
  const names = Object.keys(valid);
  const text = JSON.stringify(valid);
  const name = fc.constantFrom(...names, "unknown");
  return fc.oneof(
    fc.tuple(name, oddValues).map(([key, value]) => JSON.stringify({ ...valid, [key]: value })),
    name.map((key) => JSON.stringify({ ...valid, [key]: undefined })),
    fc
      .tuple(oddStrings, oddValues)
      .map(([key, value]) => JSON.stringify({ ...valid, [key]: value })),
    oddValues.map((value) => JSON.stringify(value)),
    fc.nat({ max: text.length }).map((end) => text.slice(0, end)),
    fc.constantFrom(
      text.replace("{", '{"__proto__":{"isAdmin":true},'),
      text.replace("{", '{"constructor":{"prototype":{"a":1}},'),
      `${text}}`,
      `\ufeff${text}`,
      `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
      text.replace("{", `{${names.map((key) => `"${key}":1e999,`).join("")}`),
      `"${"x".repeat(900_000)}"`,
    ),
    fc.string({ unit: "binary", maxLength: 60 }),
  );
}

const written = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);
const encoded = (value: unknown): string => encodeURIComponent(written(value).toWellFormed());
/** What may stand in a request line or in a header without being encoded. */
const wire = (from: number) =>
  fc
    .array(
      fc.integer({ min: from, max: 0xff }).filter((code) => code !== 0x7f),
      { maxLength: 30 },
    )
    .map((codes) => String.fromCharCode(...codes).replaceAll(/[\u0080-\u009f]/g, "~"));

const oddHeaders = fc.oneof(
  fc.tuple(
    fc.constant("if-match"),
    fc.oneof(
      fc.constantFrom("*", '"', '""', 'W/"1"', '"1","2"', '"\u00e9"'),
      seenMark("etag"),
      wire(0x20),
    ),
  ),
  fc.tuple(
    fc.constant("if-none-match"),
    fc.oneof(seenMark("etag"), fc.constantFrom("*", '"a", "b"')),
  ),
  fc.tuple(
    fc.constant("content-type"),
    fc.oneof(
      fc.constantFrom("text/plain", "application/xml", "application/json; charset=latin1", "a", ""),
      fc.constantFrom(
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "application/json,",
      ),
      wire(0x20),
    ),
  ),
  fc.tuple(
    fc.constant("x-request-timeout-ms"),
    fc.constantFrom("0", "1", "2", "60000", "-1", "1.5", "soon", "", "1e9", "9".repeat(400)),
  ),
  fc.tuple(
    fc.constant("traceparent"),
    fc.oneof(
      fc.constantFrom(`00-${"a".repeat(32)}-${"b".repeat(16)}-01`, `00-${"0".repeat(32)}-x-01`),
      wire(0x20),
    ),
  ),
  fc.tuple(
    fc.constantFrom(
      "x-request-id",
      "accept",
      "accept-encoding",
      "content-encoding",
      "x-odd",
      "origin",
    ),
    wire(0x20),
  ),
  fc.tuple(fc.constantFrom("x-long", "x-request-id"), fc.constant("y".repeat(12_000))),
);

const keys = (rootKey: string) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant([rootKey]) },
    { weight: 2, arbitrary: seenMark("key").map((mark) => [mark]) },
    { weight: 1, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.oneof(wire(0x20), fc.constant(`plinth_${"0".repeat(43)}`)).map((key) => [key]),
    },
  );

const someTimes = <T>(arbitrary: fc.Arbitrary<T>, weight: number) =>
  fc.option(arbitrary, { freq: weight, nil: undefined });
/** One of `weight + 1` draws is something, all others are nothing. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>, weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

function requestsTo(operation: Operation, document: Document, rootKey: string) {
  const { parameters, template, verb } = operation;
  const within = (place: Parameter["in"]) => parameters.filter((each) => each.in === place);
  const valid = ({ name, schema }: Parameter) =>
    name === "If-Match" ? seenMark("etag") : valuesOf(schema, document, name);
  const odd = (parameter: Parameter) =>
    fc.oneof({ weight: 8, arbitrary: valid(parameter) }, { weight: 1, arbitrary: oddValues });
  const inPath = fc.tuple(...within("path").map(odd));
  const inQuery = fc.tuple(...within("query").map((each) => someTimes(odd(each), 1)));
  const inHeader = fc.tuple(...within("header").map((each) => someTimes(valid(each), 1)));
  const extraQuery = rarely(
    fc.oneof(
      fc.tuple(oddStrings, oddStrings).map(([key, value]) => `${encoded(key)}=${encoded(value)}`),
      wire(0x21),
      fc.constantFrom(
        ...within("query").map(({ name }) => `${name}=1&${name}=2`),
        "__proto__=1",
        "&&=",
      ),
    ),
    6,
  );
  const body =
    operation.body === undefined
      ? rarely(fc.constantFrom("{}", "x", ""), 12)
      : (valuesOf(operation.body, document) as fc.Arbitrary<Fields>).chain((value) =>
          fc.oneof(
            { weight: 3, arbitrary: fc.constant(JSON.stringify(value)) },
            { weight: 1, arbitrary: brokenBodies(value) },
          ),
        );
  const otherMethod = rarely(
    fc.constantFrom(
      "GET",
      "POST",
      "PUT",
      "PATCH",
      "DELETE",
      "HEAD",
      "OPTIONS",
      "TRACE",
      "PROPFIND",
    ),
    15,
  );
  return fc
    .tuple(
      inPath,
      inQuery,
      inHeader,
      extraQuery,
      body,
      otherMethod,
      keys(rootKey),
      rarely(oddHeaders, 4),
    )
    .map(([path, query, header, extra, text, other, key, oddHeader]): PlannedRequest => {
      let index = 0;
      const filled = template.replaceAll(/\{\w+\}/g, () => encoded(path[index++]));
      const pairs = within("query").flatMap(({ name }, at) =>
        query[at] === undefined ? [] : [`${name}=${encoded(query[at])}`],
      );
      const search = [...pairs, ...(extra === undefined ? [] : [extra])].join("&");
      return {
        method: other ?? verb,
        target: search === "" ? filled : `${filled}?${search.replaceAll("#", "%23")}`,
        headers: [
          ...(text === undefined ? [] : [["content-type", "application/json"] as const]),
          ...key.map((value) => ["x-api-key", value] as const),
          ...within("header").flatMap(({ name }, at) =>
            header[at] === undefined ? [] : [[name.toLowerCase(), written(header[at])] as const],
          ),
          ...(oddHeader === undefined ? [] : [oddHeader]),
        ],
        body: text,
      };
    });
}

/** Requests that a document allows, those that it almost allows, and those to nowhere. */
export function requestsFrom(
  document: Document,
  operations: readonly Operation[],
  rootKey: string,
): fc.Arbitrary<PlannedRequest> {
  const nowhere = fc
    .tuple(
      fc.constantFrom("GET", "POST", "PUT", "DELETE"),
      fc.oneof(wire(0x21), oddStrings.map(encoded)),
      keys(rootKey),
    )
    .map(([method, path, key]): PlannedRequest => ({
      method,
      target: `/nowhere/${path}`,
      headers: key.map((value) => ["x-api-key", value] as const),
    }));
  const known = operations.map((each) => requestsTo(each, document, rootKey));
  return fc.oneof({ weight: 30, arbitrary: fc.oneof(...known) }, { weight: 1, arbitrary: nowhere });
}
