import type { JsonObject, JsonValue } from "@plinth/core/errors";

// Firestore takes no array directly inside an array: an object {"%": [...]} goes between. An object
// inside an array that looks like one of those gets another "%", which is taken off on the way back.
const mark = "%";

/** Translates an object so that no array is directly inside another one. */
export function wrapObject(value: JsonObject): JsonObject {
  return mapObject(value, (inner) => wrap(inner));
}

function wrap(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(wrapElement);
  return isObject(value) ? wrapObject(value) : value;
}

function wrapElement(element: JsonValue): JsonValue {
  const wrapped = wrap(element);
  if (isList(wrapped)) return { [mark]: wrapped };
  const name = isObject(wrapped) ? markName(wrapped) : undefined;
  return name === undefined
    ? wrapped
    : { [mark + name]: (wrapped as JsonObject)[name] as JsonValue };
}

/** Translates back what {@link wrapObject} made. */
export function unwrapObject(value: JsonObject): JsonObject {
  return mapObject(value, (inner) => unwrap(inner));
}

function unwrap(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(unwrapElement);
  return isObject(value) ? unwrapObject(value) : value;
}

function unwrapElement(element: JsonValue): JsonValue {
  const name = isObject(element) ? markName(element) : undefined;
  if (name === undefined) return unwrap(element);
  const inner = unwrap((element as JsonObject)[name] as JsonValue);
  return name === mark ? inner : { [name.slice(1)]: inner };
}

/** The name of the only property, when it is made of marks alone. */
function markName(value: JsonObject): string | undefined {
  const names = Object.keys(value);
  const [name] = names;
  return names.length === 1 && name !== undefined && /^%+$/.test(name) ? name : undefined;
}

function mapObject(value: JsonObject, map: (inner: JsonValue) => JsonValue): JsonObject {
  const mapped: Record<string, JsonValue> = {};
  for (const [name, inner] of Object.entries(value)) mapped[name] = map(inner);
  return mapped;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}
