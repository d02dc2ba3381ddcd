import { escapeControlCharacters } from "../redaction/escape-control-characters.ts";

/**
 * What a JSON line says, so that no part of it can move the cursor of a terminal, turn the direction of
 * text or begin a line of its own: of line breaks, only those of the stacks of errors are left.
 *
 * @param line one line as written for machines
 * @returns `undefined` for what is no JSON object
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
