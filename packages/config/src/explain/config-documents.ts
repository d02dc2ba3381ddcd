import { redacted } from "@plinth/support/redact-forms";
import type * as z from "zod";
import type { AnyConfigClass } from "../model/config-class.ts";
import { maskText, maskValue } from "../model/mask.ts";
import { isSecretValue } from "../model/secret.ts";
import { fieldsOf } from "../schema/class-fields.ts";
import { describeExpected } from "../schema/expected.ts";
import type { Field } from "../schema/field.ts";
import { wrappedSchema } from "../schema/schema-traits.ts";
import { type ParserInfo, parserInfo } from "../schema/text-parser.ts";

/**
 * The text of an `.env.example`: every variable of the classes with its description, commented out if it has
 * a default. A variable of several classes is listed with the first one.
 *
 * @param configs Classes in the order of their sections.
 */
export function envExample(...configs: readonly AnyConfigClass[]): string {
  const seen = new Set<string>();
  const sections = configs.flatMap((config) => {
    const fields = documentedFields(config).filter(({ variable }) => !seen.has(variable));
    for (const { variable } of fields) seen.add(variable);
    if (fields.length === 0) return [];
    return [`# ${config.name}\n\n${fields.map(variableLines).join("\n")}`];
  });
  return `# Copy to .env and change what differs. A line that is commented out shows the default.\n\n${sections.join("\n")}`;
}

function variableLines(field: DocumentedField): string {
  const lines = field.description === "" ? [] : [`# ${field.description}`];
  lines.push(`# Expects ${field.expected}.${field.isRequired ? " Required." : ""}`);
  const { variable, defaultText = "" } = field;
  const text = defaultText === redacted ? "" : defaultText;
  lines.push(field.isRequired ? `${variable}=` : `# ${variable}=${quoted(text)}`);
  return `${lines.join("\n")}\n`;
}

/** dotenv ends an unquoted value at `#` and trims it; it keeps a single-quoted one as it is. */
function quoted(text: string): string {
  return /[#\s"'`]/.test(text) ? `'${text}'` : text;
}

/**
 * A Markdown reference of configuration classes: one table per class with variables, expected values,
 * defaults and descriptions.
 *
 * @param configs Classes in the order of their sections. A class whose base class is listed before it
 *   shows only what it adds or changes.
 */
export function configReference(...configs: readonly AnyConfigClass[]): string {
  return configs.map((config, index) => section(config, configs.slice(0, index))).join("\n");
}

function section(config: AnyConfigClass, earlier: readonly AnyConfigClass[]): string {
  const base = earlier.findLast((other) => other.isPrototypeOf(config));
  const fields = documentedFields(config).filter(
    ({ name, schema }) => base?.fields[name] !== schema,
  );
  const rows = fields.map((field) => {
    const fallback = field.defaultText === undefined ? "none" : code(field.defaultText);
    const cells = [
      code(field.variable),
      code(field.name),
      field.expected,
      field.isRequired ? "**required**" : fallback,
      field.description,
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
  });
  const lead = base === undefined ? "" : `Every variable of \`${base.name}\`, and:\n\n`;
  const head = "| variable | field | expects | default | description |\n|---|---|---|---|---|";
  return `## ${config.name}\n\n${lead}${[head, ...rows].join("\n")}\n`;
}

function code(text: string): string {
  return text === "" ? '`""`' : `\`${text.replaceAll("`", "'")}\``;
}

/** A field as both documents show it. */
interface DocumentedField extends Field {
  readonly expected: string;
  readonly isRequired: boolean;
  /** The default as a variable holds it; absent if there is none. */
  readonly defaultText?: string;
}

function documentedFields(config: AnyConfigClass): DocumentedField[] {
  return Array.from(fieldsOf(config).values(), (field) => {
    const absent = field.schema.safeParse(undefined);
    const expected = describeExpected(field.schema);
    if (!absent.success) return { ...field, expected, isRequired: true };
    const text = defaultText(field, absent.data);
    return {
      ...field,
      expected,
      isRequired: false,
      ...(text === undefined ? {} : { defaultText: text }),
    };
  });
}

function defaultText(field: Field, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (field.isHidden || isSecretValue(value)) return redacted;
  const format = formatOf(field.schema);
  if (typeof value === "number" && format !== undefined) return format(value);
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    return value.join(",");
  }
  return typeof value === "string" ? maskText(value) : JSON.stringify(maskValue(value));
}

function formatOf(schema: z.ZodType): ParserInfo["format"] {
  const inner = wrappedSchema(schema);
  return parserInfo(schema)?.format ?? (inner === undefined ? undefined : formatOf(inner));
}
