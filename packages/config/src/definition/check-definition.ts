import type * as z from "zod";
import { parserInfo } from "../parsers/text-parser.ts";
import type { ConfigFields } from "./config-types.ts";
import { fieldOf } from "./field.ts";
import { definitionOf, innerTypeOf } from "./schema-walk.ts";

const reserved: ReadonlySet<string> = new Set([
  "explain",
  "toJSON",
  "constructor",
  "toString",
  "valueOf",
  "then",
]);

const instead: Readonly<Record<string, string>> = {
  number: "number(), integer(), port(), duration() or byteSize()",
  bigint: "integer()",
  boolean: "boolean()",
  array: "list(item)",
  tuple: "json(schema)",
  object: "json(schema)",
  record: "json(schema)",
  map: "json(schema)",
  set: "list(item)",
  date: "z.iso.datetime()",
};

/** The parser to use in place of a schema that cannot read text; undefined when it can. */
function betterParser(schema: z.ZodType): string | undefined {
  if (parserInfo(schema) !== undefined) return undefined;
  const definition = definitionOf(schema);
  if (definition.type === "literal") {
    const { values = [] } = definition as { values?: readonly unknown[] };
    return values.some((value) => typeof value === "string") ? undefined : "z.literal of text";
  }
  if (definition.type === "union") {
    const found = (definition.options ?? []).map(betterParser);
    return found.includes(undefined) ? undefined : found[0];
  }
  const inner = innerTypeOf(schema);
  return inner === undefined ? instead[definition.type] : betterParser(inner);
}

/**
 * Checks the fields of a class at the moment it is declared.
 *
 * @throws {TypeError} listing every field that could not work.
 */
export function checkDefinition(added: ConfigFields, all: ConfigFields): void {
  const faults: string[] = [];
  for (const [name, schema] of Object.entries(added)) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(name)) {
      faults.push(`"${name}" must be a camelCase name`);
    } else if (reserved.has(name)) {
      faults.push(`"${name}" is a name that every configuration has already`);
    }
    const better = betterParser(schema);
    if (better !== undefined) {
      const type = definitionOf(schema).type;
      faults.push(`"${name}" cannot read the text of a variable (${type}); use ${better}`);
    }
  }
  const owners = new Map<string, string>();
  for (const [name, schema] of Object.entries(all)) {
    const { variable } = fieldOf(name, schema);
    const owner = owners.get(variable);
    if (owner !== undefined) faults.push(`"${owner}" and "${name}" both read ${variable}`);
    owners.set(variable, name);
  }
  if (faults.length > 0) throw new TypeError(`Config fields: ${faults.join("; ")}.`);
}
