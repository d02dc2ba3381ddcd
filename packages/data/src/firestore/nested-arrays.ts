import type { JsonObject, JsonValue } from "@plinth/core/errors";

// Firestore accepts no array directly inside an array: an object {"%": [...]} is put in between. An object inside
// an array that looks like this gets one more "%", which is removed on reads.
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

/** Reverses {@link wrapObject}, in place, for an object that was just read. */
export function unwrapObject(value: JsonObject): JsonObject {
  const fields = value as Record<string, JsonValue>;
  for (const name of Object.keys(fields)) {
    const inner = fields[name] as JsonValue;
    if (typeof inner === "object" && inner !== null) unwrap(inner);
  }
  return value;
}

function unwrap(value: JsonObject | readonly JsonValue[]): void {
  if (!isList(value)) {
    unwrapObject(value);
    return;
  }
  const elements = value as JsonValue[];
  for (let index = 0; index < elements.length; index += 1) {
    const element = elements[index] as JsonValue;
    if (typeof element === "object" && element !== null) elements[index] = unwrapElement(element);
  }
}

function unwrapElement(element: JsonObject | readonly JsonValue[]): JsonValue {
  const name = isList(element) ? undefined : markName(element);
  if (name === undefined) {
    unwrap(element);
    return element;
  }
  const inner = (element as JsonObject)[name] as JsonValue;
  if (typeof inner === "object" && inner !== null) unwrap(inner);
  return name === mark ? inner : { [name.slice(1)]: inner };
}

/** The name of the only property, if it consists of marks. */
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
