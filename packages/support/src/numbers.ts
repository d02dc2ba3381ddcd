/** Bounds of an option that is a whole number. */
export interface WholeNumberBounds {
  /** Default: 0. */
  readonly min?: number | undefined;
  /** Default: the largest whole number that is exact, 9007199254740991. */
  readonly max?: number | undefined;
  /** What it counts, for the message: "milliseconds". Default: nothing. */
  readonly unit?: string | undefined;
}

/**
 * Says what is wrong with an option that has to be a whole number.
 *
 * @param name The option, as its user writes it.
 * @param value What was given; `undefined` counts as wrong, so leave out options that are not set.
 * @returns A sentence: `timeout must be a whole number of milliseconds from 1 to 60000, not -5.`; `undefined`
 *   if all is well.
 */
export function wholeNumberFault(
  name: string,
  value: unknown,
  { min = 0, max = Number.MAX_SAFE_INTEGER, unit }: WholeNumberBounds = {},
): string | undefined {
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) {
    return undefined;
  }
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const counted = unit === undefined ? "a whole number" : `a whole number of ${unit}`;
  return `${name} must be ${counted} ${range}, not ${shown(value)}.`;
}

function shown(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean" || value == null)
    return String(value);
  // Never the value itself: a text in the wrong place may be a secret.
  return typeof value === "string" ? "a text" : `a value of type ${typeof value}`;
}
