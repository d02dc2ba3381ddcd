import type { ConfigSource, RawValue } from "../model/config-source.ts";

/** One place where variables are looked up. */
export interface Layer {
  /** The variable; undefined if it is absent or empty. */
  find(variable: string): RawValue<string> | undefined;
  /** The names that are set, for hints at misspellings. Empty where other files may have any name. */
  readonly names: readonly string[];
}

/** Every layer in order. The first one with a value wins. */
export class Layers {
  readonly #layers: readonly Layer[];
  readonly #prefix: string;

  constructor(layers: readonly Layer[], prefix: string) {
    this.#layers = layers;
    this.#prefix = prefix;
  }

  /** A variable: with the prefix in any layer, else without it in any layer. */
  find(variable: string): RawValue<string> | undefined {
    const names = new Set([this.fullName(variable), variable]);
    for (const name of names) {
      for (const layer of this.#layers) {
        const found = layer.find(name);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** The name with the prefix, which messages use for a variable that is not set. */
  fullName(variable: string): string {
    return this.#prefix + variable;
  }

  /** Every name that is set in any layer. */
  names(): Set<string> {
    return new Set(this.#layers.flatMap((layer) => layer.names));
  }
}

/** The process environment, or the variables given in its place. An empty variable counts as missing. */
export function variablesLayer(variables: Readonly<Record<string, string | undefined>>): Layer {
  const source: ConfigSource = { kind: "process environment" };
  return {
    names: Object.keys(variables).filter((name) => (variables[name] ?? "") !== ""),
    find(variable) {
      const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
      return value === undefined || value === "" ? undefined : { variable, value, source };
    },
  };
}
