import type { JsonValue } from "../errors/json.ts";
import { addFields } from "../redaction/sanitize.ts";
import { newWalk, type Draft } from "../redaction/walk.ts";
import type { SecretKeyTest } from "../redaction/secret-keys.ts";

/** Fields that are safe to show and sure to serialize. */
export type CleanFields = Record<string, JsonValue>;

/** Keys that the logger itself writes: a field of the same name would forge or garble the line. */
const reserved: readonly string[] = ["level", "time", "message", "service", "environment"];

/**
 * Cleans the fields of one line. A field whose name the logger itself uses gets an underscore
 * after it.
 *
 * @param fields what the caller passed; it is not changed
 * @param isSecret which keys are secret
 */
export function cleanLine(fields: LogFieldsInput, isSecret: SecretKeyTest): CleanFields {
  const result: Draft = {};
  if (fields instanceof Error) {
    // Passing the error itself instead of { error } is an easy slip, and its stack must not be lost.
    return cleanLine({ error: fields }, isSecret);
  }
  try {
    addFields(result, fields, newWalk(isSecret));
  } catch {
    return { fields: "[unreadable]" };
  }
  for (const key of reserved) {
    const value = result[key];
    if (value !== undefined && Object.hasOwn(result, key)) {
      result[`${key}_`] = value;
      delete result[key];
    }
  }
  return result;
}

type LogFieldsInput = Readonly<Record<string, unknown>>;
