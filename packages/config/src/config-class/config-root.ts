import { inspect } from "node:util";
import { type Evaluation, evaluateGiven, evaluateLayers } from "../evaluate/evaluate-config.ts";
import { explainConfig, maskedValues } from "../explain/explain-config.ts";
import type {
  AnyConfigClass,
  ConfigFields,
  ExtendOptions,
  LoadOptions,
} from "../model/config-class.ts";
import { ConfigError } from "../model/config-error.ts";
import type { ConfigExplanation } from "../model/config-explanation.ts";
import type { ConfigRule } from "../model/config-rule.ts";
import type { Origin } from "../model/config-source.ts";
import { extendFields } from "../schema/class-fields.ts";
import { Sources } from "../sources/sources.ts";

const origins = new WeakMap<object, ReadonlyMap<string, Origin>>();

/**
 * What was loaded, by the empty object that the constructor gets in its place. A load calls the constructor,
 * as a subclass may have private members; the values stay in this module.
 */
const loaded = new WeakMap<object, Evaluation>();

/** The base of every configuration class. Its public type is `ConfigClass`. */
export class ConfigRoot {
  static readonly fields: ConfigFields = {};
  static readonly rules: readonly ConfigRule<never>[] = [];

  constructor(given: object = {}) {
    const evaluation = loaded.get(given) ?? evaluateGiven(new.target, given);
    const { values, faults } = evaluation;
    if (faults.length > 0) throw new ConfigError(new.target.name, faults);
    origins.set(this, evaluation.origins);
    for (const name of Object.keys(new.target.fields)) {
      // Defined, not assigned: a base class may have a getter of the same name.
      Object.defineProperty(this, name, { value: values[name], enumerable: true });
    }
    Object.freeze(this);
  }

  static extend(added: ConfigFields, options: ExtendOptions<never> = {}): typeof ConfigRoot {
    const fields = extendFields(this.fields, added);
    const rules = [...this.rules, ...(options.rules ?? [])];
    return class extends this {
      static override readonly fields = fields;
      static override readonly rules = rules;
    };
  }

  static async load(options: LoadOptions = {}): Promise<ConfigRoot> {
    return loadInstance(this, new Sources(options), options);
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

/**
 * Reads and validates every field of a class, and makes its object.
 *
 * @throws {ConfigError} with every fault.
 * @throws {TypeError} if another copy of this package made the class.
 */
export async function loadInstance<Loaded>(
  config: AnyConfigClass & (new (...values: never[]) => Loaded),
  sources: Sources,
  { secretTimeout }: LoadOptions,
): Promise<Loaded> {
  if (!(config.prototype instanceof ConfigRoot)) {
    // It would take the empty object below for values, and ignore the environment.
    throw new TypeError(`${config.name} belongs to another copy of @plinth/config: install one.`);
  }
  const evaluation = await evaluateLayers(config, sources.layersOf(config), secretTimeout);
  const ticket = {};
  loaded.set(ticket, evaluation);
  return new (config as unknown as new (values: object) => Loaded)(ticket);
}
