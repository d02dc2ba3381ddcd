/** A requirement between fields, as made by `requiredWhen` and `rule`. */
export interface ConfigRule<in Values> {
  /** The field that the fault is reported for. */
  readonly field: string;
  /** What is wrong: the field is absent though needed, or its value breaks the rule. */
  readonly kind: "missing" | "invalid";
  /** True when the values break the rule. Not called to the end if it reads a faulty field. */
  readonly isBroken: (values: Values) => boolean;
  /** What was expected; absent for `requiredWhen`, which names the fields that were read. */
  readonly expected?: string;
}

/**
 * Makes a field required under a condition: `requiredWhen("tlsKey", (config) => config.tls)`.
 *
 * The condition sees validated values. When it reads a field that is itself faulty it is left
 * undecided, so that one mistake is not reported twice.
 *
 * @param field an optional field.
 * @param condition true when the field is needed. The message names the fields that it reads.
 */
export function requiredWhen<Values>(
  field: keyof NoInfer<Values> & string,
  condition: (values: Values) => boolean,
): ConfigRule<Values> {
  return {
    field,
    kind: "missing",
    isBroken: (values) => values[field] === undefined && condition(values),
  };
}

/**
 * A rule over several fields: `rule("maximum", "at least MINIMUM", (c) => c.maximum >= c.minimum)`.
 *
 * @param field the field that a fault is reported for.
 * @param expected what was expected, in the words of the message.
 * @param holds true when the values are fine. Skipped when it reads a faulty field.
 */
export function rule<Values>(
  field: keyof NoInfer<Values> & string,
  expected: string,
  holds: (values: Values) => boolean,
): ConfigRule<Values> {
  return { field, kind: "invalid", expected, isBroken: (values) => !holds(values) };
}
