import { inspect } from "node:util";
import { escapeControlCharacters } from "@plinth/support/escape-control-characters";
import type { AnyConfigClass } from "../definition/config-types.ts";
import { fieldsOf, type Origin } from "../definition/evaluate-config.ts";
import { type ConfigSource, describeSource } from "../sources/config-source.ts";
import { maskedValues } from "./masked-values.ts";
import { textTable } from "./text-table.ts";

/** One field as `explain()` tells it. */
export interface ExplainedField {
  readonly field: string;
  readonly variable: string;
  /** The value as JSON; `"[secret]"` for secrets, absent when there is none. */
  readonly value?: unknown;
  readonly source: ConfigSource;
  readonly description: string;
  /** A variable that is set and looks like a misspelling of this one. */
  readonly misspelled?: string;
}

/** What a configuration holds and why: a table as text, data as JSON. */
export class ConfigExplanation {
  /** The configuration class. */
  readonly config: string;
  readonly fields: readonly ExplainedField[];

  constructor(config: string, fields: readonly ExplainedField[]) {
    this.config = config;
    this.fields = fields;
  }

  /** A table for people. */
  toString(): string {
    const rows = this.fields.map((field) => {
      const hint = field.misspelled === undefined ? "" : ` (is ${field.misspelled} meant for it?)`;
      return [
        field.field,
        field.variable,
        typeof field.value === "string"
          ? oneLine(field.value)
          : (JSON.stringify(field.value) ?? ""),
        (field.value === undefined ? "not set" : describeSource(field.source)) + hint,
        field.description,
      ].map(escapeControlCharacters);
    });
    return textTable([["FIELD", "VARIABLE", "VALUE", "SOURCE", "DESCRIPTION"], ...rows]);
  }

  toJSON(): { config: string; fields: readonly ExplainedField[] } {
    return { config: this.config, fields: this.fields };
  }

  static {
    Object.defineProperty(this.prototype, inspect.custom, {
      value(this: ConfigExplanation): string {
        return this.toString();
      },
    });
  }
}

function oneLine(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Explains a configuration object. */
export function explainConfig(
  config: Pick<AnyConfigClass, "fields" | "name">,
  instance: object,
  origins: ReadonlyMap<string, Origin> = new Map(),
): ConfigExplanation {
  const values = maskedValues(config, instance, origins);
  const fields = [...fieldsOf(config).values()].map(({ name, variable, description }) => {
    const origin: Origin = origins.get(name) ?? { variable, source: { kind: "none" } };
    const value = values[name];
    return { field: name, ...(value === undefined ? {} : { value }), ...origin, description };
  });
  return new ConfigExplanation(config.name, fields);
}
