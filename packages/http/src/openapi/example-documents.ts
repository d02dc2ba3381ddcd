import type { JsonObject, JsonValue, MethodDescription } from "@plinth/core";
import { entityTag } from "../request/entity-tag.ts";
import { createLocationWriter } from "../request/location-writer.ts";

type Fields = Readonly<Record<string, JsonValue | undefined>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** Examples as a part of a document, `{ examples: … }`; an empty object if there are none. */
function shown(
  { examples }: MethodDescription,
  read: (input: unknown, output: unknown) => JsonValue | undefined,
): JsonObject {
  const entries = Object.entries(examples).flatMap(([name, { summary, input, output }]) => {
    const value = read(input, output);
    if (value === undefined) return [];
    return [[name, { ...(summary === undefined ? {} : { summary }), value }] as const];
  });
  return entries.length === 0 ? {} : { examples: Object.fromEntries(entries) };
}

/** The examples of a method for a field of its input that is a parameter. */
export function parameterExamples(method: MethodDescription, field: string): JsonObject {
  return shown(method, (input) => {
    const value = fieldsOf(input)[field];
    return field === method.ifMatch ? entityTag(value) : value;
  });
}

function without(value: unknown, apart: ReadonlySet<string>): JsonValue | undefined {
  if (apart.size === 0 || typeof value !== "object" || value === null) {
    return value as JsonValue | undefined;
  }
  const kept = Object.entries(value as JsonObject).filter(([name]) => !apart.has(name));
  return Object.fromEntries(kept);
}

/** The examples of a method for its body, without the fields that travel elsewhere. */
export function bodyExamples(method: MethodDescription, apart: ReadonlySet<string>): JsonObject {
  return shown(method, (input) => without(input, apart));
}

/** The examples of a method for its answer. */
export function outputExamples(method: MethodDescription): JsonObject {
  const { etag } = method;
  const apart = new Set(etag === undefined ? [] : [etag]);
  return shown(method, (_input, output) => without(output, apart));
}

/** The examples of a method for the header `ETag` or `Location` of its answer. */
export function answerHeaderExamples(
  { etag, location, ...method }: MethodDescription,
  header: "etag" | "location",
): JsonObject {
  return shown({ ...method }, (_input, output) =>
    header === "etag"
      ? entityTag(fieldsOf(output)[etag ?? ""])
      : createLocationWriter(location ?? "")(output),
  );
}
