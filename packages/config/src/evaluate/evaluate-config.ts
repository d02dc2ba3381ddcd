import type { AnyConfigClass } from "../model/config-class.ts";
import type { ConfigFault } from "../model/config-error.ts";
import type { Origin, RawValue } from "../model/config-source.ts";
import { fieldsOf } from "../schema/class-fields.ts";
import { findMisspelled } from "../sources/find-misspelled.ts";
import type { Layers } from "../sources/layers.ts";
import { readFields } from "../sources/read-fields.ts";
import { evaluateField } from "./evaluate-field.ts";
import { evaluateRules } from "./evaluate-rules.ts";

/** The valid values of a configuration, and everything that is wrong with it. */
export interface Evaluation {
  readonly values: Readonly<Record<string, unknown>>;
  /** Where the value of each field came from. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly faults: readonly ConfigFault[];
}

/** Finds, resolves and validates every field of a class. */
export async function evaluateLayers(
  config: AnyConfigClass,
  layers: Layers,
  secretTimeout: number | undefined,
): Promise<Evaluation> {
  const fields = fieldsOf(config);
  const read = await readFields(fields.values(), layers, secretTimeout);
  const { values, faults } = evaluate(config, read.raws, read.faults);
  const misspelled = findMisspelled([...fields.values()], layers);
  const origins = Array.from(fields.values(), (field): [string, Origin] => {
    const raw = read.raws.get(field.name);
    const name = misspelled.get(field.name);
    const origin: Origin = {
      variable: raw?.variable ?? layers.fullName(field.variable),
      source: raw?.source ?? { kind: "default" },
      ...(name === undefined ? {} : { misspelled: name }),
    };
    return [field.name, origin];
  });
  return {
    values,
    origins: new Map(origins),
    faults: faults.map((fault) => {
      if (fault.value !== undefined || fault.problem !== undefined) return fault;
      const name = misspelled.get(fault.field);
      const full = { ...fault, variable: layers.fullName(fault.variable) };
      return name === undefined ? full : { ...full, misspelled: name };
    }),
  };
}

/** Validates the values given to a constructor. Faults name fields, as no variable was read. */
export function evaluateGiven(config: AnyConfigClass, given: object): Evaluation {
  const source = { kind: "constructor" } as const;
  const fields = fieldsOf(config);
  const raws = new Map<string, RawValue>();
  const unknown: ConfigFault[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    raws.set(name, { variable: name, value, source });
    if (fields.has(name)) continue;
    unknown.push({
      field: name,
      variable: name,
      source,
      expected: `a field of ${config.name}`,
      problem: `${config.name} has no such field; it has ${[...fields.keys()].join(", ")}.`,
    });
  }
  const { values, faults } = evaluate(config, raws);
  const named = faults.map((fault) =>
    fault.value === undefined ? { ...fault, variable: fault.field } : fault,
  );
  const origins = Array.from(fields.values(), ({ name, variable }): [string, Origin] => [
    name,
    { variable, source: raws.has(name) ? source : { kind: "default" } },
  ]);
  return { values, origins: new Map(origins), faults: [...named, ...unknown] };
}

/** Validates every field and rule. Fields with a fault already are skipped. */
function evaluate(
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
