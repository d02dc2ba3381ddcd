import type { AnyConfigClass } from "../definition/config-types.ts";
import { describedFields } from "./described-fields.ts";

/**
 * A Markdown reference of configuration classes: one table each, with every variable, what it
 * expects, its default and its description.
 *
 * @param configs classes in the order of their sections. A class whose base stands before it lists
 *   only what it adds or changes.
 */
export function configReference(...configs: readonly AnyConfigClass[]): string {
  return configs.map((config, index) => section(config, configs.slice(0, index))).join("\n");
}

function section(config: AnyConfigClass, earlier: readonly AnyConfigClass[]): string {
  const base = earlier.findLast((other) => other.isPrototypeOf(config));
  const fields = describedFields(config).filter(
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
