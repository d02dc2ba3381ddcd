import { definitionOf, schemaChildren } from "@plinth/support/schema-reader";
import type { $ZodType } from "zod/v4/core";
import { schemaType } from "../schema/schema-shape.ts";

const refused: Readonly<Record<string, string>> = {
  bigint: "use a string, or z.codec from one",
  date: "use z.iso.datetime(), or z.codec from it",
  map: "use z.record()",
  set: "use z.array()",
  symbol: "use a string",
  file: "send the bytes as z.base64()",
  function: "a function cannot be sent",
  promise: "a promise cannot be sent",
  nan: "use z.number() or z.null()",
  undefined: "use .optional()",
  void: "only a whole output may be z.void()",
};

/**
 * Finds types in a schema that JSON cannot carry. Calls in process would accept them and remote calls would not,
 * so a contract with such a type is refused.
 *
 * Of a codec only the outer side (`in`) travels. A transform has no way back, so outputs cannot use one.
 */
export function typeFaults(schema: $ZodType, side: "input" | "output"): string[] {
  const faults: string[] = [];
  const seen = new Set<$ZodType>();
  const visit = (current: $ZodType, path: string): void => {
    if (seen.has(current)) return;
    seen.add(current);
    const type = schemaType(current);
    const advice = refused[type];
    if (advice !== undefined) {
      faults.push(`${path} is a z.${type}(), which JSON cannot carry: ${advice}`);
      return;
    }
    if (type === "transform" && side === "output") {
      faults.push(`${path} uses a transform, which has no way back: use z.codec`);
    }
    const definition = definitionOf(current);
    if (definition.type === "object" && Object.hasOwn(definition.shape, "__proto__")) {
      faults.push(`${path} has a field "__proto__", which no input and no output can carry`);
    }
    // A z.preprocess is a pipe whose outer side is a transform, which accepts anything.
    const isPipe = definition.type === "pipe";
    for (const child of schemaChildren(current)) {
      if (isPipe && child.schema !== definition.in && schemaType(child.schema) !== "transform") {
        continue;
      }
      visit(child.schema, `${path}${child.path}`);
    }
  };
  visit(schema, side);
  return faults;
}
