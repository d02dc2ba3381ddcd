import { vi } from "vitest";
import { zocker } from "zocker";
import type { z } from "zod";

/** Options of {@link recordFactory}. */
export interface RecordFactoryOptions<T> {
  /** The seed: the same one makes the same records in every run. Default: 1. */
  readonly seed?: number;
  /** Fields of all records, or a function of the position (1, 2, …). Default: none. */
  readonly values?: Partial<T> | ((position: number) => Partial<T>);
}

/** Makes valid records, all different, in the same order in every run. */
export interface RecordFactory<T> {
  /**
   * The next record.
   *
   * @param values The fields that the test is about. Default: none.
   * @throws {TypeError} If the result does not fit the schema.
   */
  (values?: Partial<T>): T;
  /**
   * The next records.
   *
   * @param count Their number.
   * @param values Fields of all of them. Default: none.
   */
  many(count: number, values?: Partial<T>): T[];
}

/** Generated dates are near the current time, which must be the same in every run. */
const present = Date.UTC(2030, 0, 1);

/**
 * Makes random records from a zod schema and a seed, with `zocker`. Each record is checked against the
 * schema. If zocker cannot satisfy it (a refinement, a check of several fields, patterns with Unicode
 * properties), pass those fields as values.
 *
 * @param schema The schema of the records, an object; records are in its parsed form.
 * @param options The seed, and fields of all records.
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
  // Fake timers of the test continue at their own time.
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
