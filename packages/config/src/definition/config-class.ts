import { inspect } from "node:util";
import { ConfigError, type ConfigFault } from "../config-error.ts";
import { type ConfigExplanation, explainConfig } from "../explain/config-explanation.ts";
import { maskedValues } from "../explain/masked-values.ts";
import { loadPrepared } from "../sources/load-prepared.ts";
import type { LoadOptions } from "../sources/load-options.ts";
import { checkDefinition } from "./check-definition.ts";
import type { AnyConfigClass, ConfigFields, ExtendOptions } from "./config-types.ts";
import type { RawValue } from "./evaluate.ts";
import { evaluateConfig, fieldsOf, type Origin, PreparedValues } from "./evaluate-config.ts";
import type { ConfigRule } from "./rules.ts";

const origins = new WeakMap<object, ReadonlyMap<string, Origin>>();

/** The class under every configuration; its public face is `ConfigClass`. */
export class ConfigRoot {
  static readonly fields: ConfigFields = {};
  static readonly rules: readonly ConfigRule<never>[] = [];

  constructor(given: object = {}) {
    const prepared = given instanceof PreparedValues ? given : prepare(new.target, given);
    origins.set(this, prepared.origins);
    for (const name of Object.keys(new.target.fields)) {
      // Defined, not assigned: a getter of the same name in a base class must not get in the way.
      Object.defineProperty(this, name, { value: prepared.values[name], enumerable: true });
    }
    Object.freeze(this);
  }

  static extend(added: ConfigFields, options: ExtendOptions<never> = {}): typeof ConfigRoot {
    const fields = { ...this.fields, ...added };
    checkDefinition(added, fields);
    const rules = [...this.rules, ...(options.rules ?? [])];
    return class extends this {
      static override readonly fields = fields;
      static override readonly rules = rules;
    };
  }

  static async load(options: LoadOptions = {}): Promise<ConfigRoot> {
    return new this(await loadPrepared(this, options));
  }

  explain(): ConfigExplanation {
    return explainConfig(this.constructor as typeof ConfigRoot, this, origins.get(this));
  }

  toJSON(): Record<string, unknown> {
    return maskedValues(this.constructor as typeof ConfigRoot, this, origins.get(this));
  }

  static {
    Object.defineProperty(this.prototype, inspect.custom, {
      value(this: ConfigRoot, _depth: number, options: object): string {
        return `${this.constructor.name} ${inspect(this.toJSON(), options)}`;
      },
    });
  }
}

/** Validates what was given to a constructor. Faults name fields, as no variable was involved. */
function prepare(config: AnyConfigClass, given: object): PreparedValues {
  const source = { kind: "constructor" } as const;
  const raws = new Map<string, RawValue>();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) raws.set(name, { variable: name, value, source });
  }
  const fields = fieldsOf(config);
  const unknown: ConfigFault[] = [...raws.keys()]
    .filter((name) => !fields.has(name))
    .map((name) => ({
      field: name,
      variable: name,
      source,
      expected: `a field of ${config.name}`,
      problem: `${config.name} has no such field; it has ${[...fields.keys()].join(", ")}.`,
    }));
  const { values, faults } = evaluateConfig(config, raws);
  const named = faults.map((fault) =>
    fault.value === undefined ? { ...fault, variable: fault.field } : fault,
  );
  if (named.length + unknown.length > 0) throw new ConfigError(config.name, [...named, ...unknown]);
  const found = [...fields.keys()].map((name): [string, Origin] => [
    name,
    {
      variable: fields.get(name)?.variable ?? name,
      source: raws.has(name) ? source : { kind: "default" },
    },
  ]);
  return new PreparedValues(values, new Map(found));
}
