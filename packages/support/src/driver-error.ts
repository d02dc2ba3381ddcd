/** What the wrapping of its errors needs to know about a driver. */
export interface ErrorSource<C extends string> {
  /** The engine's name: `"DynamoDB"`. */
  readonly name: string;
  /** Where the engine is. Absent: in this process. */
  endpoint?(): string | undefined;
  /** The code of one of its errors; `undefined` if it does not know the error. */
  errorCode(raw: unknown): C | undefined;
}

/** How the errors of drivers become errors for callers. */
export interface DriverErrorRules<C extends string, E extends Error> {
  /**
   * What callers are told for each of the driver's codes: the code to use, and a sentence. A driver's
   * code without an entry, and an error without a code, become `internal`.
   */
  readonly answers: Readonly<Partial<Record<C, readonly [code: C, sentence: string]>>>;
  /** What callers are told otherwise, under the code `internal`. */
  readonly otherwise: readonly [code: C, sentence: string];
  /** Whether an error is one for callers already. It passes through unchanged. */
  readonly isServiceError: (raw: unknown) => raw is E;
  /**
   * Makes the error for callers.
   *
   * @param what What was called: `Repository "things", get "a"`.
   */
  readonly create: (code: C, what: string, sentence: string, options: DriverErrorOptions) => E;
}

/** What the error for callers carries for the log. */
export interface DriverErrorOptions {
  /** The driver's error. */
  readonly cause: unknown;
  readonly internalDetails: {
    readonly driver: string;
    readonly endpoint: string | undefined;
    readonly driverCode: string;
  };
}

/**
 * Wraps what a driver rejected with, once. Codes about the service's own standing with its engine (no
 * permission, no table) have no entry in `answers`, or one that leads to `internal`: passed on, they
 * would tell the service's caller that the caller lacks a permission.
 */
export function wrapDriverError<C extends string, E extends Error>(
  driver: ErrorSource<C>,
  what: string,
  raw: unknown,
  { answers, otherwise, isServiceError, create }: DriverErrorRules<C, E>,
): E {
  if (isServiceError(raw)) return raw;
  const driverCode = driver.errorCode(raw);
  const known = driverCode === undefined ? undefined : answers[driverCode];
  const [code, sentence] = known ?? otherwise;
  return create(code, what, sentence, {
    cause: raw,
    internalDetails: {
      driver: driver.name,
      endpoint: driver.endpoint?.(),
      driverCode: driverCode ?? "unknown",
    },
  });
}
