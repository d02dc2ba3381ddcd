import type { ConfigFault } from "../config-error.ts";
import type { ConfigSource } from "../sources/config-source.ts";
import type { AnyConfigClass } from "./config-types.ts";
import { evaluateField, type RawValue } from "./evaluate.ts";
import { evaluateRules } from "./evaluate-rules.ts";
import { type Field, fieldOf } from "./field.ts";

/** Valid values with what `explain` says about each. Made by `load`, taken by the constructor. */
export class PreparedValues {
  readonly values: Readonly<Record<string, unknown>>;
  readonly origins: ReadonlyMap<string, Origin>;

  constructor(values: Readonly<Record<string, unknown>>, origins: ReadonlyMap<string, Origin>) {
    this.values = values;
    this.origins = origins;
  }
}

/** Where a field's value came from. */
export interface Origin {
  readonly variable: string;
  readonly source: ConfigSource;
  /** A variable that is set and looks like a misspelling of this one. */
  readonly misspelled?: string;
}

/** The fields of a class by name, in the order of their declaration. */
export function fieldsOf(config: Pick<AnyConfigClass, "fields">): Map<string, Field> {
  return new Map(
    Object.entries(config.fields).map(([name, schema]) => [name, fieldOf(name, schema)]),
  );
}

/**
 * Validates every field and rule.
 *
 * @param raws what was found, by field name.
 * @param known faults that were found on the way, by field name: those fields are not looked at.
 */
export function evaluateConfig(
  config: AnyConfigClass,
  raws: ReadonlyMap<string, RawValue>,
  known: ReadonlyMap<string, ConfigFault> = new Map(),
): { values: Record<string, unknown>; faults: ConfigFault[] } {
  const fields = fieldsOf(config);
  const values: Record<string, unknown> = {};
  const faults: ConfigFault[] = [];
  for (const field of fields.values()) {
    const fault = known.get(field.name);
    const outcome = fault === undefined ? evaluateField(field, raws.get(field.name)) : { fault };
    if (outcome.fault === undefined) values[field.name] = outcome.value;
    else faults.push(outcome.fault);
  }
  faults.push(...evaluateRules(config.rules, fields, values, raws));
  return { values, faults };
}
