import { $ZodNever, clone, type $ZodType, type $ZodTypes } from "zod/v4/core";
import { isRecursive } from "./depth-limit.ts";
import { definitionOf } from "./schema-shape.ts";

/**
 * The same schema with every object in it refusing unknown fields, unless its author said
 * otherwise (`z.looseObject`, `.catchall`). A misspelt field is then an error that names it, at any
 * depth, instead of being dropped without a word.
 *
 * Metadata (`.meta`, `.describe`) stays readable on the copies. Recursive schemas stay recursive.
 */
export function strictInput(schema: $ZodType): $ZodType {
  const copies = new Map<$ZodType, $ZodType>();
  const recursive = isRecursive(schema);
  const never = new $ZodNever({ type: "never" });

  const copy = (original: $ZodType, changes: object): $ZodType =>
    clone(original as $ZodTypes, { ...original._zod.def, ...changes } as never, { parent: true });

  const visit = (original: $ZodType): $ZodType => {
    const known = copies.get(original);
    if (known !== undefined) return known;
    const made = rebuild(original);
    copies.set(original, made);
    return made;
  };

  const rebuild = (original: $ZodType): $ZodType => {
    const definition = definitionOf(original);
    switch (definition.type) {
      case "object": {
        const shape = {};
        for (const name of Object.keys(definition.shape)) {
          const field = (): $ZodType => visit(definition.shape[name] as $ZodType);
          // A getter where a field may lead back to the object that is being copied, and nowhere
          // else: zod takes every schema behind a getter for a recursive one, and parses it slowly.
          const property = recursive ? { get: field } : { value: field() };
          Object.defineProperty(shape, name, { ...property, enumerable: true });
        }
        return copy(original, { shape, catchall: definition.catchall ?? never });
      }
      case "array":
        return copy(original, { element: visit(definition.element) });
      case "tuple":
        return copy(original, {
          items: definition.items.map(visit),
          rest: definition.rest === null ? null : visit(definition.rest),
        });
      case "record":
        return copy(original, { valueType: visit(definition.valueType) });
      case "union":
        return copy(original, { options: definition.options.map(visit) });
      case "intersection":
        return copy(original, { left: visit(definition.left), right: visit(definition.right) });
      case "pipe":
        return copy(original, { in: visit(definition.in) });
      case "lazy":
        return copy(original, { getter: () => visit(definition.getter()) });
      case "optional":
      case "nullable":
      case "default":
      case "prefault":
      case "nonoptional":
      case "readonly":
      case "catch":
        return copy(original, { innerType: visit(definition.innerType) });
      default:
        return original;
    }
  };

  return visit(schema);
}
