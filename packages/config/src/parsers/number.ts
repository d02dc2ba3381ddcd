import type * as z from "zod";
import { textParser, Unreadable } from "../schema/text-parser.ts";

/** Bounds of `number`, `integer`, `duration` and `byteSize`. Both are inclusive. */
export interface NumberOptions {
  /** The least value. Default: no limit. */
  readonly minimum?: number;
  /** The greatest value. Default: no limit. */
  readonly maximum?: number;
}

/** "an integer from 1 to 10", "a number of at least 0". */
function describeBounds(what: string, { minimum, maximum }: NumberOptions): string {
  if (minimum !== undefined && maximum !== undefined)
    return `${what} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${what} of at least ${minimum}`;
  return maximum === undefined ? what : `${what} of at most ${maximum}`;
}

function isWithin(value: number, { minimum, maximum }: NumberOptions): boolean {
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

/** Reads a whole number from -(2^53 - 1) to 2^53 - 1, which JavaScript represents exactly. */
export function integer(options: NumberOptions = {}): z.ZodType<number, number | string> {
  return numeric(
    describeBounds("an integer", options),
    /^[+-]?\d+$/,
    (value) => Number.isSafeInteger(value) && isWithin(value, options),
  );
}

/** Reads a TCP port from 0 to 65535. With 0 the system chooses a free one. */
export function port(): z.ZodType<number, number | string> {
  const options = { minimum: 0, maximum: 65_535 };
  return numeric(
    "a port, an integer from 0 to 65535",
    /^\d+$/,
    (value) => Number.isInteger(value) && isWithin(value, options),
  );
}

const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const bytes = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

function quantity(
  expected: string,
  units: Readonly<Record<string, number>>,
  options: NumberOptions,
): z.ZodType<number, number | string> {
  const pattern = new RegExp(`^(\\d+(?:\\.\\d+)?) ?(${Object.keys(units).join("|")})$`);
  const bySize = Object.entries(units).toSorted(([, a], [, b]) => b - a);
  const format = (value: number): string => {
    const [name, size] = bySize.find(([, unit]) => value % unit === 0) ?? ["", 1];
    return `${value / size}${name}`;
  };
  return textParser({ expected, format }, (value) => {
    let found = value;
    if (typeof value === "string") {
      const [, amount = "", unit = ""] = pattern.exec(value) ?? [];
      // 1.1 * 1000 is 1100.0000000000002 in binary floating point, and 1100 is meant.
      found =
        amount === "" ? undefined : Number((Number(amount) * (units[unit] ?? 0)).toPrecision(15));
      if (value === "0") found = 0;
    }
    if (typeof found !== "number" || !Number.isSafeInteger(found) || found < 0)
      throw new Unreadable(expected);
    if (!isWithin(found, options)) throw new Unreadable(expected);
    return found;
  });
}

/**
 * Reads a duration with its unit, such as `1500ms`, `30s`, `5m`, `1h` or `2d`, as milliseconds. A bare number
 * is refused, as its unit would be a guess. The constructor takes milliseconds.
 *
 * @param options Bounds in milliseconds.
 */
export function duration(options: NumberOptions = {}): z.ZodType<number, number | string> {
  const what = 'a duration with its unit, such as "1500ms", "30s", "5m", "1h" or "2d"';
  const bounds = describeBounds("", options).trim();
  return quantity(bounds === "" ? what : `${what}, ${bounds} milliseconds`, milliseconds, options);
}

/**
 * Reads a size with its unit, such as `512B`, `64KiB`, `10MB` or `1GiB`, as bytes. `kB` is 1,000 bytes,
 * `KiB` is 1,024. A bare number is refused. The constructor takes bytes.
 *
 * @param options Bounds in bytes.
 */
export function byteSize(options: NumberOptions = {}): z.ZodType<number, number | string> {
  const what = 'a size with its unit, such as "512B", "64KiB", "10MB" or "1GiB"';
  const bounds = describeBounds("", options).trim();
  return quantity(bounds === "" ? what : `${what}, ${bounds} bytes`, bytes, options);
}
