import { isNativeError } from "node:util/types";

import { redacted } from "@plinth/support/redact-forms";

import type { JsonValue } from "../errors/json.ts";
import type { SecretKeyTest } from "./secret-keys.ts";
import { describeSpecial, entriesOf, safely } from "./special-objects.ts";
import { cleanText, newWalk, setKey, type Draft, type SanitizeLimits, type Walk } from "./walk.ts";

/** Whether a value under a secret key may be shown: it is absent, or a boolean. */
function harmless(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "boolean";
}

/** `tokens: 512`, as language models and rate limiters count them. */
function isCount(key: string, value: unknown): boolean {
  return typeof value === "number" && key.toLowerCase().endsWith("tokens");
}

/** The clean form of the value of a key; `undefined` if there is nothing to show. */
function cleanMember(key: string, value: unknown, walk: Walk): JsonValue | undefined {
  if (!harmless(value) && walk.isSecret(key) && !isCount(key, value)) {
    return redacted;
  }
  return clean(value, walk);
}

function cleanPrimitive(value: unknown, walk: Walk): JsonValue | undefined {
  switch (typeof value) {
    case "string":
      return cleanText(value, walk);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
      return value;
    case "bigint":
      return cleanText(String(value), walk);
    case "symbol":
      return cleanText(String(value), walk);
    case "function":
      return `[Function ${cleanText(
        safely(() => value.name, ""),
        walk,
      )}]`;
    case "object":
    case "undefined":
    default:
      return value === null ? null : undefined;
  }
}

/**
 * The clean form of any value; `undefined` if there is nothing to show.
 *
 * @param value Anything. It is never changed.
 * @param walk The budgets, which it uses up.
 */
function clean(value: unknown, walk: Walk): JsonValue | undefined {
  if (typeof value !== "object" || value === null) {
    return cleanPrimitive(value, walk);
  }
  if (walk.path.includes(value)) {
    return "[circular]";
  }
  walk.nodes -= 1;
  if (walk.nodes < 0 || walk.total <= 0 || walk.path.length >= walk.depth) {
    return safely(
      () => (Array.isArray(value) ? `[Array of ${value.length}]` : "[Object]"),
      "[Object]",
    );
  }
  walk.path.push(value);
  try {
    return cleanObject(value, walk);
  } catch {
    return "[unreadable]";
  } finally {
    walk.path.pop();
  }
}

function cleanObject(value: object, walk: Walk): JsonValue | undefined {
  if (isNativeError(value) || value instanceof Error) {
    return describeError(value, walk);
  }
  if (Array.isArray(value)) {
    return cleanArray(value, walk);
  }
  const special = describeSpecial(value);
  if (special !== undefined) {
    return clean(special.shown, walk);
  }
  const entries = entriesOf(value);
  if (entries !== undefined) {
    return cleanEntries(entries.values(), entries.size, walk);
  }
  if (value instanceof Set) {
    return cleanArray(value, walk);
  }
  const toJson: unknown = Reflect.get(value, "toJSON");
  if (typeof toJson === "function") {
    const json: unknown = Reflect.apply(toJson, value, [""]);
    // Some classes return themselves: then their fields are shown.
    if (json !== value) {
      return clean(json, walk);
    }
  }
  return cleanFields(value, walk);
}

/** `["Authorization", "Bearer x"]`: the second half of a pair whose first is a secret key. */
function secretPair(items: unknown, walk: Walk): boolean {
  return (
    Array.isArray(items) &&
    items.length === 2 &&
    typeof items[0] === "string" &&
    walk.isSecret(items[0])
  );
}

function cleanArray(items: readonly unknown[] | Set<unknown>, walk: Walk): JsonValue {
  const size = Array.isArray(items) ? items.length : (items as Set<unknown>).size;
  const result: JsonValue[] = [];
  if (secretPair(items, walk)) {
    return [cleanText((items as string[])[0] ?? "", walk), redacted];
  }
  for (const item of items) {
    if (result.length >= walk.entries || walk.nodes <= 0 || walk.total <= 0) {
      result.push(`… ${size - result.length} more`);
      break;
    }
    walk.nodes -= 1;
    result.push(clean(item, walk) ?? null);
  }
  return result;
}

const headerLists = /(?:headers?|headerslist|trailers?)$/;
const headerLine = /^([A-Za-z][\w-]*)[ \t]*:(?=[\s\S])/;

/**
 * The value of a key for headers, in a form that shows which value belongs to which name: a list such as
 * `["Cookie", "a=b"]`, as Node's `rawHeaders`, becomes pairs. Of lines such as `Cookie: a=b`, in a list or in one
 * text, only the name is kept if it is secret.
 */
function headersOf(key: string, value: unknown, walk: Walk): unknown {
  if (!headerLists.test(key.toLowerCase())) return value;
  if (typeof value === "string") {
    return value.replaceAll(/[^\r\n]+/g, (line) => headerLineOf(line, walk));
  }
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string")) return value;
  const texts = value as readonly string[];
  if (texts.every((text) => headerLine.test(text))) {
    return texts.map((text) => headerLineOf(text, walk));
  }
  if (texts.length % 2 !== 0) return texts;
  const pairs: unknown[] = [];
  for (let index = 0; index < texts.length; index += 2) {
    pairs.push([texts[index], texts[index + 1]]);
  }
  return pairs;
}

function headerLineOf(line: string, walk: Walk): string {
  const name = headerLine.exec(line)?.[1];
  return name !== undefined && walk.isSecret(name) ? `${name}: ${redacted}` : line;
}

function cleanEntries(entries: Iterable<[unknown, unknown]>, size: number, walk: Walk): JsonValue {
  const result: Draft = {};
  let count = 0;
  for (const [rawKey, value] of entries) {
    if (count >= walk.entries || walk.nodes <= 0 || walk.total <= 0) {
      setKey(result, "…", `${size - count} more`);
      break;
    }
    count += 1;
    walk.nodes -= 1;
    const key = typeof rawKey === "string" ? rawKey : JSON.stringify(clean(rawKey, walk) ?? null);
    const member = cleanMember(key, headersOf(key, value, walk), walk);
    if (member !== undefined) {
      setKey(result, cleanText(key, walk), member);
    }
  }
  return result;
}

function cleanFields(value: object, walk: Walk): JsonValue {
  const result: Draft = {};
  addFields(result, value, walk);
  return result;
}

/**
 * Adds the own enumerable fields of an object to a draft, cleaned. A getter that throws is shown as
 * `[unreadable]`.
 *
 * @param result The draft, which is changed.
 * @param value The object to read.
 * @param walk The budgets.
 * @param skip Keys to leave out. Default: none.
 */
export function addFields(
  result: Draft,
  value: object,
  walk: Walk,
  skip?: ReadonlySet<string>,
): void {
  const keys = Object.keys(value);
  let count = 0;
  for (const key of keys) {
    if (skip?.has(key) === true) {
      continue;
    }
    if (count >= walk.entries || walk.nodes <= 0 || walk.total <= 0) {
      setKey(result, "…", `${keys.length - count} more`);
      return;
    }
    count += 1;
    walk.nodes -= 1;
    const field = safely<unknown>(() => Reflect.get(value, key), "[unreadable]");
    const member = namedSecret(value, key, field, walk)
      ? redacted
      : cleanMember(key, headersOf(key, field, walk), walk);
    if (member !== undefined) {
      setKey(result, cleanText(key, walk), member);
    }
  }
}

/** `{ name: "Authorization", value: "Bearer x" }`: a header or parameter written as an object. */
function namedSecret(owner: object, key: string, field: unknown, walk: Walk): boolean {
  if (key.toLowerCase() !== "value" || harmless(field)) {
    return false;
  }
  return ["name", "key", "Name", "Key"].some((label) => {
    const named = safely<unknown>(() => Reflect.get(owner, label), undefined);
    return typeof named === "string" && walk.isSecret(named);
  });
}

const shownApart: ReadonlySet<string> = new Set([
  "name",
  "message",
  "stack",
  "cause",
  "errors",
  "details",
  "internalDetails",
]);

function textOf(error: Error, field: "name" | "message" | "stack"): string {
  const text = safely<unknown>(() => error[field], "[unreadable]");
  return typeof text === "string" ? text : "";
}

/** The name of the class if it tells more than `name`, as for a subclass that does not set one. */
function typeOf(error: Error): string {
  const name = textOf(error, "name");
  const constructed = safely<unknown>(() => error.constructor.name, "");
  if (name === "" || name === "Error") {
    return typeof constructed === "string" && constructed !== "" ? constructed : "Error";
  }
  return name;
}

/**
 * The form of an error in a log line: `type`, `message`, `stack`, its own fields (`code`, `details`, the
 * `response` of a client, …), `internalDetails`, `cause` and the errors of an `AggregateError`, all redacted and
 * bounded like any other value.
 */
function describeError(error: Error, walk: Walk): JsonValue {
  const result: Draft = {
    type: cleanText(typeOf(error), walk),
    message: cleanText(textOf(error, "message"), walk),
  };
  const stack = textOf(error, "stack");
  if (stack !== "") {
    result["stack"] = cleanText(stack, walk);
  }
  addFields(result, error, walk, shownApart);
  for (const key of ["details", "internalDetails", "cause", "errors"]) {
    const part = safely<unknown>(() => Reflect.get(error, key), "[unreadable]");
    const empty = key.endsWith("etails") && isEmpty(part);
    const shown = part === undefined || empty ? undefined : clean(part, walk);
    if (shown !== undefined) {
      setKey(result, key, shown);
    }
  }
  return result;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/**
 * Copies a value so that it is safe to show and can always be serialized: secrets are replaced by `[secret]`;
 * cycles, depth and size are bounded; values that JSON lacks (Maps, Sets, errors, bigints, dates) get a readable
 * form. The value itself is never changed.
 *
 * @param value Anything. Of a value with `toJSON` the result of that is shown, redacted.
 * @param isSecret Which keys are secret. Default: the default list.
 * @param limits How much to show.
 * @returns The copy; `undefined` if `value` is `undefined`.
 */
export function sanitize(
  value: unknown,
  isSecret?: SecretKeyTest,
  limits?: SanitizeLimits,
): JsonValue | undefined {
  return clean(value, newWalk(isSecret, limits));
}
