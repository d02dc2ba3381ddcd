import type * as z from "zod";
import { describeBounds, isWithin, type NumberOptions } from "./number.ts";
import { textParser, Unreadable } from "./text-parser.ts";

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
      // 1.1 * 1000 is 1100.0000000000002 in binary; the unit below is what was meant.
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
 * Reads a length of time with its unit, `1500ms`, `30s`, `5m`, `1h` or `2d`, as milliseconds.
 *
 * @param options bounds in milliseconds. A bare number is refused, as its unit would be a guess;
 *   the constructor takes a number of milliseconds.
 */
export function duration(options: NumberOptions = {}): z.ZodType<number, number | string> {
  const what = 'a duration with its unit, such as "1500ms", "30s", "5m", "1h" or "2d"';
  const bounds = describeBounds("", options).trim();
  return quantity(bounds === "" ? what : `${what}, ${bounds} milliseconds`, milliseconds, options);
}

/**
 * Reads a size with its unit, `512B`, `64KiB`, `10MB` or `1GiB`, as bytes. `kB` is 1,000 bytes,
 * `KiB` 1,024.
 *
 * @param options bounds in bytes. A bare number is refused; the constructor takes bytes.
 */
export function byteSize(options: NumberOptions = {}): z.ZodType<number, number | string> {
  const what = 'a size with its unit, such as "512B", "64KiB", "10MB" or "1GiB"';
  const bounds = describeBounds("", options).trim();
  return quantity(bounds === "" ? what : `${what}, ${bounds} bytes`, bytes, options);
}
