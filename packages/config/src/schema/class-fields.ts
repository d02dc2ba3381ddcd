import { definitionOf } from "@plinth/support/schema-reader";
import type * as z from "zod";
import type { AnyConfigClass, ConfigFields } from "../model/config-class.ts";
import { type Field, fieldOf } from "./field.ts";
import { wrappedSchema } from "./schema-traits.ts";
import { parserInfo } from "./text-parser.ts";

/** The fields of each class by its record of schemas, which subclasses without fields of their own share. */
const known = new WeakMap<ConfigFields, ReadonlyMap<string, Field>>();

/** The fields of a class by name, in the order of their declaration. */
export function fieldsOf({ fields }: Pick<AnyConfigClass, "fields">): ReadonlyMap<string, Field> {
  const found = known.get(fields);
  if (found !== undefined) return found;
  // A class that `extend` did not make, such as one with a static field of its own.
  return remember(fields, new Map());
}

/**
 * The schemas of a subclass. Its fields are derived here, once; those of the base class are taken over.
 *
 * @throws {TypeError} listing every added field that could not work.
 */
export function extendFields(base: ConfigFields, added: ConfigFields): ConfigFields {
  const schemas = { ...base, ...added };
  const fields = remember(schemas, fieldsOf({ fields: base }));
  checkFields(added, fields);
  return schemas;
}

function remember(
  schemas: ConfigFields,
  base: ReadonlyMap<string, Field>,
): ReadonlyMap<string, Field> {
  const fields = new Map(
    Object.entries(schemas).map(([name, schema]) => {
      const inherited = base.get(name);
      return [name, inherited?.schema === schema ? inherited : fieldOf(name, schema)];
    }),
  );
  known.set(schemas, fields);
  return fields;
}

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

function checkFields(added: ConfigFields, fields: ReadonlyMap<string, Field>): void {
  const faults: string[] = [];
  for (const [name, schema] of Object.entries(added)) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(name)) {
      faults.push(`"${name}" must be a camelCase name`);
    } else if (reserved.has(name)) {
      faults.push(`"${name}" is a name that every configuration has already`);
    }
    const better = betterParser(schema);
    if (better !== undefined) {
      const { type } = definitionOf(schema);
      faults.push(`"${name}" cannot read the text of a variable (${type}); use ${better}`);
    }
  }
  const owners = new Map<string, string>();
  for (const { name, variable } of fields.values()) {
    const owner = owners.get(variable);
    if (owner !== undefined) faults.push(`"${owner}" and "${name}" both read ${variable}`);
    owners.set(variable, name);
  }
  if (faults.length > 0) throw new TypeError(`Config fields: ${faults.join("; ")}.`);
}

/** The parser to use in place of a schema that cannot read text; undefined if it can. */
function betterParser(schema: z.ZodType): string | undefined {
  if (parserInfo(schema) !== undefined) return undefined;
  const definition = definitionOf(schema);
  if (definition.type === "literal") {
    const isText = definition.values.some((value) => typeof value === "string");
    return isText ? undefined : "z.literal of text";
  }
  if (definition.type === "union") {
    const found = definition.options.map((option) => betterParser(option as z.ZodType));
    return found.includes(undefined) ? undefined : found[0];
  }
  const inner = wrappedSchema(schema);
  return inner === undefined ? instead[definition.type] : betterParser(inner);
}
