/** A value of an indexed field. */
export type IndexValue = string | number | boolean;

/** The partition of an index without a partition field. */
export const onlyPartition = "all";

/** Encodes the partition of an index. Different values have different encodings, also of different kinds. */
export function encodePartition(value: IndexValue): string {
  return typeof value === "string" ? `s${value}` : encodeScalar(value);
}

/**
 * Encodes a value to sort by, so that the byte order of the results is the order of the values:
 * booleans, then numbers by magnitude, then strings by code point. No result is a prefix of another one, so
 * that an appended text (the record's key) orders equal values only.
 */
export function encodeSort(value: IndexValue): string {
  return typeof value === "string" ? `${beginString(value)}\u0001\u0001` : encodeScalar(value);
}

/** The common prefix of the encodings of all strings with a prefix. */
export function beginString(prefix: string): string {
  return `s${prefix.replaceAll("\u0001", "\u0001\u0002")}`;
}

/** The kind of a value: the first letter of its encoding. */
export function kindOf(value: IndexValue): "s" | "n" | "b" {
  if (typeof value === "string") return "s";
  return typeof value === "number" ? "n" : "b";
}

const highestCodePoint = 0x10ffff;
const firstSurrogate = 0xd800;
const afterSurrogates = 0xe000;

/** The first string after all strings that begin with `text`, which is not empty. */
export function behind(text: string): string {
  const codePoints = Array.from(text, (character) => character.codePointAt(0) as number);
  while (codePoints.at(-1) === highestCodePoint) codePoints.pop();
  const last = codePoints.pop() ?? 0;
  const next = last + 1 === firstSurrogate ? afterSurrogates : last + 1;
  return String.fromCodePoint(...codePoints, next);
}

/**
 * Encodes a record's key so that the byte order of the results is that of the values: numbers by magnitude,
 * then strings by code point, field by field. Strings of a key have no control characters, so the separator
 * of fields and the mark of numbers sort before all of them.
 */
export function encodeKeyOrder(values: readonly unknown[]): string {
  return values
    .map((value) => (typeof value === "number" ? `\u0002${encodeNumber(value)}` : String(value)))
    .join("\u0001");
}

function encodeScalar(value: number | boolean): string {
  return typeof value === "boolean" ? `b${value ? 1 : 0}` : `n${encodeNumber(value)}`;
}

const signBit = 1n << 63n;
const allBits = (1n << 64n) - 1n;

// The bits of a double are ordered by magnitude. Positive numbers get the sign bit, so that they come last;
// negative numbers are inverted, so that the greater magnitude comes first.
function encodeNumber(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value + 0);
  const bits = view.getBigUint64(0);
  const ordered = (bits & signBit) === 0n ? bits | signBit : bits ^ allBits;
  return ordered.toString(16).padStart(16, "0");
}
