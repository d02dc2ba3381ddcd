/** A requirement between fields, made by `requiredWhen` or `rule`. */
export interface ConfigRule<in Values> {
  /** The field that a fault is reported for. */
  readonly field: string;
  /** The fault: `missing` if the field is needed and absent, `invalid` if its value breaks the rule. */
  readonly kind: "missing" | "invalid";
  /** True if the values break the rule. It is cut short when it reads a faulty field. */
  readonly isBroken: (values: Values) => boolean;
  /** What was expected. Absent for `requiredWhen`: the message names the fields that were read. */
  readonly expected?: string;
}

/**
 * Makes a field required under a condition: `requiredWhen("tlsKey", (config) => config.tls)`.
 *
 * The condition sees validated values. If it reads a faulty field the rule is skipped, so that one
 * mistake is reported once.
 *
 * @param field An optional field.
 * @param condition True if the field is needed. The message names the fields that it reads.
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
 * @param field The field that a fault is reported for.
 * @param expected What was expected, in the words of the message.
 * @param holds True if the values are valid. Skipped if it reads a faulty field.
 */
export function rule<Values>(
  field: keyof NoInfer<Values> & string,
  expected: string,
  holds: (values: Values) => boolean,
): ConfigRule<Values> {
  return { field, kind: "invalid", expected, isBroken: (values) => !holds(values) };
}
