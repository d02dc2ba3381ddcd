import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { DataLossError, type JsonObject, type JsonValue } from "@plinth/core/errors";

// Old engines refuse the empty string, and JSON knows no bytes: one zero byte stands in for it.
const emptyStringMark: AttributeValue = { B: Uint8Array.of(0) };

/**
 * Turns a JSON value into DynamoDB's form. The SDK's own marshaller is not used: it takes an object
 * with a field called `constructor` for an instance of a class and fails.
 *
 * @param markEmptyStrings whether the engine refuses empty strings, so that a mark stands in for them
 */
function toAttributeValue(value: JsonValue, markEmptyStrings: boolean): AttributeValue {
  if (typeof value === "string") {
    return markEmptyStrings && value === "" ? emptyStringMark : { S: value };
  }
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value === null) return { NULL: true };
  if (isList(value)) return { L: value.map((inner) => toAttributeValue(inner, markEmptyStrings)) };
  return { M: toAttributes(value, markEmptyStrings) };
}

/** Turns the fields of an object into attributes; see {@link toAttributeValue}. */
export function toAttributes(
  value: JsonObject,
  markEmptyStrings: boolean,
): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const [name, inner] of Object.entries(value)) {
    attributes[name] = toAttributeValue(inner, markEmptyStrings);
  }
  return attributes;
}

/** Turns DynamoDB's form back into JSON. Throws `data_loss` for the kinds that we never write. */
function fromAttributeValue(value: AttributeValue): JsonValue {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.M !== undefined) return fromAttributes(value.M);
  if (value.L !== undefined) return value.L.map(fromAttributeValue);
  if (value.B !== undefined) return "";
  throw new DataLossError(
    `An attribute is of the type ${Object.keys(value).join()}, which repositories do not write.`,
  );
}

/** Turns attributes back into an object; see {@link fromAttributeValue}. */
export function fromAttributes(attributes: Readonly<Record<string, AttributeValue>>): JsonObject {
  const fields: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(attributes)) {
    // No repository writes it; assigning it would exchange the object's prototype.
    if (name !== "__proto__") fields[name] = fromAttributeValue(value);
  }
  return fields;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
