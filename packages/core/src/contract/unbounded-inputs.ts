import { definitionOf, schemaChildren } from "@plinth/support/schema-reader";
import type { $ZodType } from "zod/v4/core";
import type { ContractDescription } from "./contract-description.ts";

interface Bounds {
  readonly checks?: readonly { readonly _zod: { readonly def: { readonly check: string } } }[];
}

const listBounds: ReadonlySet<string> = new Set(["max_length", "length_equals"]);

/** Whether a list or record accepts any number of entries. A refinement may bound a record. */
function isUnbounded(schema: $ZodType): boolean {
  const definition = definitionOf(schema);
  const { checks = [] } = definition as Bounds;
  const hasBound = checks.some((check) => listBounds.has(check._zod.def.check));
  switch (definition.type) {
    case "array":
      return !hasBound;
    case "tuple":
      return definition.rest !== null && !hasBound;
    case "record":
      return definition.keyType._zod.values === undefined && checks.length === 0;
    default:
      return false;
  }
}

function pathsIn(schema: $ZodType, path: string, seen: Set<$ZodType>): string[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const own = isUnbounded(schema) ? [path] : [];
  return [
    ...own,
    ...schemaChildren(schema).flatMap((child) => pathsIn(child.schema, path + child.path, seen)),
  ];
}

/** Finds the lists and records without a bound in the inputs of a contract: `things.addAll input.items`. */
export function unboundedInputs({ name, methods }: ContractDescription): string[] {
  return methods.flatMap((method) =>
    pathsIn(method.input, "input", new Set()).map((path) => `${name}.${method.name} ${path}`),
  );
}
