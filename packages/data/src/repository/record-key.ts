import { limits } from "./limits.ts";

/** The outcome of {@link encodeKey}: the encoded key, or what is wrong with the given one. */
export type KeyResult =
  | { readonly key: string; readonly fault?: undefined }
  | {
      readonly key?: undefined;
      readonly fault: { readonly field: string; readonly message: string };
    };

/**
 * Encodes the values of the key fields into one string. Different values have different encodings.
 *
 * A single string is its own encoding, except for three escapes with a backslash: of a backslash, of the `|`
 * that separates the values of a composite key, and of a leading `#`, which marks a number.
 *
 * @param fields The names of the key fields, in order.
 * @param values An object with these fields.
 */
export function encodeKey(
  fields: readonly string[],
  values: Readonly<Record<string, unknown>>,
): KeyResult {
  const [first = ""] = fields;
  const only = fields.length === 1 && Object.hasOwn(values, first) ? values[first] : undefined;
  if (typeof only === "string" && isItsOwnKey(only)) return { key: only };
  const parts: string[] = [];
  for (const field of fields) {
    const value = Object.hasOwn(values, field) ? values[field] : undefined;
    if (typeof value === "number") {
      if (!Number.isFinite(value)) return refused(field, `is ${value}`);
      parts.push(`#${value + 0}`);
      continue;
    }
    if (typeof value !== "string") {
      return refused(field, "must be a string or a number");
    }
    const reason = refusedKeyPart(value);
    if (reason !== undefined) return refused(field, reason);
    parts.push(value.replaceAll(/[\\|]|^#/g, String.raw`\$&`));
  }
  const key = parts.join("|");
  const bytes = Buffer.byteLength(key);
  if (bytes > limits.keyBytes) {
    return refused(
      fields.join(", "),
      `takes ${bytes} bytes, and a key has at most ${limits.keyBytes}`,
    );
  }
  return { key };
}

// The fast path of most keys: letters, digits and signs without a meaning here, one byte each.
function isItsOwnKey(value: string): boolean {
  return value.length <= limits.keyBytes && /^[\w.:@/+=~-]+$/.test(value);
}

function refused(field: string, message: string): KeyResult {
  return { fault: { field, message } };
}

function refusedKeyPart(value: string): string | undefined {
  if (value === "") return "is empty";
  if (!value.isWellFormed()) return "holds half of a surrogate pair (not well-formed Unicode)";
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(value)) return "holds a control character";
  return undefined;
}

const maxShownKeyLength = 80;

/** The key for messages: quoted, and cut if it is long. */
export function showKey(key: string): string {
  if (key.length <= maxShownKeyLength) return JSON.stringify(key);
  // A cut through a surrogate pair leaves a half, which is removed.
  const start = key.slice(0, maxShownKeyLength).replace(/[\ud800-\udbff]$/, "");
  return JSON.stringify(`${start}…`);
}
