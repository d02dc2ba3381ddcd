import { escapeControlCharacters } from "../redaction/escape-control-characters.ts";

/**
 * Parses a JSON line and makes its texts safe: no part of them can move the cursor of a terminal, change the
 * direction of text or start a new line. Only the line breaks in the stacks of errors stay.
 *
 * @param line One line in JSON.
 * @returns `undefined` for text that is no JSON object.
 */
export function readableEntry(line: string): Record<string, unknown> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  return entriesOf(parsed, false);
}

function entriesOf(value: object, isBelow: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      escapeControlCharacters(key),
      isBelow && key === "stack" && typeof inner === "string"
        ? inner.split("\n").map(escapeControlCharacters).join("\n")
        : harmless(inner),
    ]),
  );
}

function harmless(value: unknown): unknown {
  if (typeof value === "string") return escapeControlCharacters(value);
  if (Array.isArray(value)) return value.map(harmless);
  return typeof value === "object" && value !== null ? entriesOf(value, true) : value;
}
