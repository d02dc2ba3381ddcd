import { DataLossError, type JsonObject, type JsonValue } from "@plinth/core/errors";

// Old engines refuse the empty string, and JSON has no bytes: one zero byte replaces it.
const emptyStringMark = Uint8Array.of(0);

/**
 * How a document client translates values. The repository has checked that they are JSON, and that their
 * numbers have few enough digits.
 */
export const translation: {
  readonly marshallOptions: { readonly allowImpreciseNumbers: true };
  readonly unmarshallOptions: { readonly wrapNumbers: (digits: string) => number };
} = {
  marshallOptions: { allowImpreciseNumbers: true },
  unmarshallOptions: { wrapNumbers: Number },
};

/** Copies an object with a mark for every empty string, for engines that refuse those. */
export function markEmptyStrings(value: JsonObject): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mark(inner)]));
}

function mark(value: JsonValue): unknown {
  if (value === "") return emptyStringMark;
  if (typeof value !== "object" || value === null) return value;
  return isList(value) ? value.map(mark) : markEmptyStrings(value);
}

/**
 * Turns values of the client into JSON, in place: marks become empty strings. Throws `data_loss` for kinds that
 * repositories never write, such as sets.
 */
export function toJson(value: Record<string, unknown>): JsonObject {
  // The client assigns fields by name, so a field called __proto__ replaces the prototype.
  if (Object.getPrototypeOf(value) !== Object.prototype) throw foreignValue("a value");
  for (const name of Object.keys(value)) value[name] = elementToJson(value[name]);
  return value as JsonObject;
}

function elementToJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1)
      value[index] = elementToJson(value[index]);
    return value;
  }
  if (value instanceof Uint8Array) return "";
  if (value instanceof Set) throw foreignValue("a set");
  return toJson(value as Record<string, unknown>);
}

/** The error of a value that no repository wrote. */
export function foreignValue(what: string): DataLossError {
  return new DataLossError(`An item holds ${what} of a kind that repositories do not write.`);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
