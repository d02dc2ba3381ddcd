import type { AnyConfigClass } from "../definition/config-types.ts";
import { type DescribedField, describedFields } from "./described-fields.ts";

/**
 * The text of an `.env.example`: every variable of the classes with its description, commented out
 * when it has a default. A variable of several classes stands with the first.
 *
 * @param configs classes in the order of their sections.
 */
export function envExample(...configs: readonly AnyConfigClass[]): string {
  const seen = new Set<string>();
  const sections = configs.flatMap((config) => {
    const fields = describedFields(config).filter(({ variable }) => !seen.has(variable));
    for (const { variable } of fields) seen.add(variable);
    if (fields.length === 0) return [];
    return [`# ${config.name}\n\n${fields.map(variableLines).join("\n")}`];
  });
  return `# Copy to .env and change what differs. A line that is commented out shows the default.\n\n${sections.join("\n")}`;
}

function variableLines(field: DescribedField): string {
  const lines = field.description === "" ? [] : [`# ${field.description}`];
  lines.push(`# Expects ${field.expected}.${field.isRequired ? " Required." : ""}`);
  const { variable, defaultText = "" } = field;
  const text = defaultText === "[secret]" ? "" : defaultText;
  lines.push(field.isRequired ? `${variable}=` : `# ${variable}=${quoted(text)}`);
  return `${lines.join("\n")}\n`;
}

/** dotenv cuts a bare value at `#` and trims it; in single quotes it stays as it is. */
function quoted(text: string): string {
  return /[#\s"'`]/.test(text) ? `'${text}'` : text;
}
