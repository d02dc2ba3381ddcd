import type { MethodDescription } from "@plinth/core";
import { arrayElement, scalarKinds } from "@plinth/core/transport";

type Schema = MethodDescription["input"];

/** Turns the text of a path or a query into the value that its field declares. */
export type TextConverter = (text: string) => unknown;

const numberPattern = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

const integerPattern = /^-?[0-9]+$/;

/**
 * A whole number that would be rounded stays a text, which validation refuses: it could be the id of another
 * record. Texts that clients write for their numbers are never rounded.
 */
function toNumber(text: string): unknown {
  if (!numberPattern.test(text)) return text;
  const value = Number(text);
  const isRounded =
    integerPattern.test(text) && !Number.isSafeInteger(value) && String(value) !== text;
  return isRounded || !Number.isFinite(value) ? text : value;
}

function toBoolean(text: string): unknown {
  if (text === "true") return true;
  return text === "false" ? false : text;
}

/**
 * Prepares the conversion of a text to the type of a field. Only text that JSON would write for the declared
 * type is converted. Other text stays as it is, so that validation names the field and the expected type. A
 * field that accepts strings gets the text.
 */
export function textConverter(field: Schema): TextConverter {
  const kinds = scalarKinds(field);
  if (kinds.has("string") || kinds.size === 0) return (text) => text;
  if (!kinds.has("boolean")) return toNumber;
  return kinds.has("number") ? (text) => toBoolean(toNumber(text) as string) : toBoolean;
}

/** Prepares the conversion of the values of a query parameter: a list if the field is an array. */
export function queryConverter(field: Schema): (values: readonly string[]) => unknown {
  const element = arrayElement(field);
  if (element !== undefined) {
    const convert = textConverter(element);
    return (values) => values.map((value) => convert(value));
  }
  const convert = textConverter(field);
  // A repeated parameter stays a list, which validation refuses by name.
  return (values) => (values.length === 1 ? convert(values[0] ?? "") : values);
}
