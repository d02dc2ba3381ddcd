import { vi } from "vitest";
import { zocker } from "zocker";
import type { z } from "zod";

/** How a {@link recordFactory} makes records; every field has a default. */
export interface RecordFactoryOptions<T> {
  /** Another number makes other records; the same one the same, in every run. Default: 1. */
  readonly seed?: number;
  /** Fields that all records have in common, or a function of the position (1, 2, …). Default: none. */
  readonly values?: Partial<T> | ((position: number) => Partial<T>);
}

/** Makes valid records, each another one, in the same order in every run. */
export interface RecordFactory<T> {
  /**
   * The next record.
   *
   * @param values What the test is about. Default: nothing.
   * @throws {TypeError} Where the result does not fit the schema.
   */
  (values?: Partial<T>): T;
  /**
   * The next few records.
   *
   * @param count How many.
   * @param values Fields that all of them have. Default: none.
   */
  many(count: number, values?: Partial<T>): T[];
}

/** Dates that are made up are near to the present; it has to be the same one in every run. */
const present = Date.UTC(2030, 0, 1);

/**
 * Makes records out of a zod schema, by `zocker`: random ones, from a seed. Each is checked against
 * the schema; where zocker cannot satisfy it (a refinement, a check of several fields, patterns with
 * Unicode properties beyond plain text), give those fields as values.
 *
 * @param schema What the records are: an object, whose parsed form is returned.
 * @param options The seed, and fields in common.
 */
export function recordFactory<S extends z.ZodType<object>>(
  schema: S,
  options: RecordFactoryOptions<z.output<S>> = {},
): RecordFactory<z.output<S>> {
  const { seed = 1, values: common = {} } = options;
  let position = 0;

  const next = (values: Partial<z.output<S>> = {}): z.output<S> => {
    position += 1;
    const shared = typeof common === "function" ? common(position) : common;
    const made = generate(schema, seed * 1_000_003 + position);
    const record: unknown = { ...(made as object), ...shared, ...values };
    const parsed = schema.safeParse(record);
    if (parsed.success) return parsed.data;
    const faults = parsed.error.issues.map(
      ({ path, message }) => `- ${path.join(".") || "the record"}: ${message}`,
    );
    throw new TypeError(
      `The record that was made does not fit its schema; give these fields as values:\n${faults.join("\n")}`,
    );
  };

  return Object.assign(next, {
    many: (count: number, values?: Partial<z.output<S>>) =>
      Array.from({ length: count }, () => next(values)),
  });
}

function generate(schema: z.ZodType, seed: number): unknown {
  // Fake timers of the test, if there are any, go on from where they were.
  const before = vi.getMockedSystemTime();
  const faked = vi.isFakeTimers();
  vi.setSystemTime(present);
  try {
    return zocker(schema).setSeed(seed).generate();
  } finally {
    if (before !== null) vi.setSystemTime(before);
    else if (!faked) vi.useRealTimers();
  }
}
