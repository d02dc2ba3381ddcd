import type * as z from "zod";
import { textParser, Unreadable } from "./text-parser.ts";

/** Bounds of `number`, `integer`, `duration` and `byteSize`; both included. */
export interface NumberOptions {
  /** The least value; default none. */
  readonly minimum?: number;
  /** The greatest value; default none. */
  readonly maximum?: number;
}

/** "an integer from 1 to 10", "a number of at least 0". */
export function describeBounds(what: string, { minimum, maximum }: NumberOptions): string {
  if (minimum !== undefined && maximum !== undefined)
    return `${what} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${what} of at least ${minimum}`;
  return maximum === undefined ? what : `${what} of at most ${maximum}`;
}

/** True when the value lies within the bounds. */
export function isWithin(value: number, { minimum, maximum }: NumberOptions): boolean {
  return (minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum);
}

function numeric(
  expected: string,
  pattern: RegExp,
  isAllowed: (value: number) => boolean,
): z.ZodType<number, number | string> {
  return textParser({ expected }, (value) => {
    const found = typeof value === "string" && pattern.test(value) ? Number(value) : value;
    if (typeof found !== "number" || !isAllowed(found)) throw new Unreadable(expected);
    return found;
  });
}

/** Reads a decimal number such as `0.25`, `-3` or `1e6`; never "", `NaN`, `Infinity` or `0x10`. */
export function number(options: NumberOptions = {}): z.ZodType<number, number | string> {
  return numeric(
    describeBounds("a number", options),
    /^[+-]?(\d+(\.\d+)?|\.\d+)(e[+-]?\d+)?$/i,
    (value) => Number.isFinite(value) && isWithin(value, options),
  );
}

/** Reads a whole number that JavaScript holds exactly. */
export function integer(options: NumberOptions = {}): z.ZodType<number, number | string> {
  return numeric(
    describeBounds("an integer", options),
    /^[+-]?\d+$/,
    (value) => Number.isSafeInteger(value) && isWithin(value, options),
  );
}

/** Reads a TCP port, 0 to 65535; 0 asks the system for a free one. */
export function port(): z.ZodType<number, number | string> {
  const options = { minimum: 0, maximum: 65_535 };
  return numeric(
    "a port, an integer from 0 to 65535",
    /^\d+$/,
    (value) => Number.isInteger(value) && isWithin(value, options),
  );
}
