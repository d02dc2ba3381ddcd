import { inspect } from "node:util";
import { escapeControlCharacters } from "@plinth/support/escape-control-characters";
import { type ConfigSource, describeSource } from "./config-source.ts";

/** One field in the result of `explain()`. */
export interface ExplainedField {
  readonly field: string;
  /** The variable that was read, or that would be. */
  readonly variable: string;
  /** The value as JSON; `"[secret]"` for secrets. Absent if the field has none. */
  readonly value?: unknown;
  /** Where the value came from. */
  readonly source: ConfigSource;
  /** What `.describe()` says; empty by default. */
  readonly description: string;
  /** A variable that is set and looks like a misspelling of this one. */
  readonly misspelled?: string;
}

/** The fields of a configuration with values and sources: a table as text, data as JSON. */
export class ConfigExplanation {
  /** The name of the configuration class. */
  readonly config: string;
  /** The fields, in the order of their declaration. */
  readonly fields: readonly ExplainedField[];

  constructor(config: string, fields: readonly ExplainedField[]) {
    this.config = config;
    this.fields = fields;
  }

  /** A table with one line per field. */
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

  /** The data that `JSON.stringify` writes. */
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

/** Rows as columns of equal width, two spaces apart. */
function textTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
