import { clone, type $ZodType, type $ZodTypes } from "zod/v4/core";
import { isRecursive } from "./depth-limit.ts";
import { definitionOf } from "./schema-shape.ts";

type Definition<T extends string> = Extract<ReturnType<typeof definitionOf>, { readonly type: T }>;

/** Where a schema stands in the one around it. */
export type SchemaPlace =
  | "field"
  | "catchall"
  | "element"
  | "item"
  | "rest"
  | "key"
  | "value"
  | "in"
  | "out"
  | "same value";

/** What becomes of the parts of a schema in its copy. */
export interface SchemaChanges {
  /**
   * What stands for a schema inside another one.
   *
   * @param copy makes the copy, once
   */
  readonly inner: (
    original: $ZodType,
    place: SchemaPlace,
    parent: $ZodType,
    copy: (original: $ZodType) => $ZodType,
  ) => $ZodType;
  /** What else changes in the definition of an object. Default: nothing. */
  readonly object?: (definition: Definition<"object">) => object;
  /**
   * Something else instead of a copy; `undefined` for a copy. Default: always a copy.
   *
   * @param copy makes the copy of another schema, once
   */
  readonly replace?: (
    original: $ZodType,
    copy: (original: $ZodType) => $ZodType,
  ) => $ZodType | undefined;
  /** Told of each copy. Default: nothing happens. */
  readonly made?: (copy: $ZodType, original: $ZodType) => void;
  /** Whether a copy knows its original, from which it has its metadata. Default: true. */
  readonly hasParent?: boolean;
}

/** Copies a schema with all that is inside it. Recursive schemas stay recursive. */
export function rebuildSchema(schema: $ZodType, changes: SchemaChanges): $ZodType {
  const copies = new Map<$ZodType, $ZodType>();
  const recursive = isRecursive(schema);

  const copy = (original: $ZodType, changed: object): $ZodType => {
    const definition = { ...original._zod.def, ...changed };
    const parent = changes.hasParent ?? true;
    const made = clone(original as $ZodTypes, definition as never, { parent });
    changes.made?.(made, original);
    return made;
  };

  const visit = (original: $ZodType): $ZodType => {
    const known = copies.get(original);
    if (known !== undefined) return known;
    const made = changes.replace?.(original, visit) ?? rebuild(original);
    copies.set(original, made);
    return made;
  };

  const rebuild = (original: $ZodType): $ZodType => {
    const definition = definitionOf(original);
    const inside = (inner: $ZodType, place: SchemaPlace): $ZodType =>
      changes.inner(inner, place, original, visit);
    switch (definition.type) {
      case "object": {
        const shape = {};
        for (const name of Object.keys(definition.shape)) {
          const field = (): $ZodType => inside(definition.shape[name] as $ZodType, "field");
          // A getter where a field may lead back to the object that is being copied, and nowhere
          // else: zod takes every schema behind a getter for a recursive one, and parses it slowly.
          const property = recursive ? { get: field } : { value: field() };
          Object.defineProperty(shape, name, { ...property, enumerable: true });
        }
        const { catchall } = definition;
        return copy(original, {
          shape,
          ...(catchall === undefined ? {} : { catchall: inside(catchall, "catchall") }),
          ...changes.object?.(definition),
        });
      }
      case "array":
        return copy(original, { element: inside(definition.element, "element") });
      case "tuple":
        return copy(original, {
          items: definition.items.map((item) => inside(item, "item")),
          rest: definition.rest === null ? null : inside(definition.rest, "rest"),
        });
      case "record":
        return copy(original, {
          keyType: inside(definition.keyType, "key"),
          valueType: inside(definition.valueType, "value"),
        });
      case "union":
        return copy(original, {
          options: definition.options.map((option) => inside(option, "same value")),
        });
      case "intersection":
        return copy(original, {
          left: inside(definition.left, "same value"),
          right: inside(definition.right, "same value"),
        });
      case "pipe":
        return copy(original, {
          in: inside(definition.in, "in"),
          out: inside(definition.out, "out"),
        });
      case "lazy":
        return copy(original, {
          getter: () => inside(definition.getter(), "same value"),
          // Where zod keeps what the getter of the original has given.
          _cachedInner: undefined,
        });
      case "optional":
      case "nullable":
      case "default":
      case "prefault":
      case "nonoptional":
      case "readonly":
      case "catch":
        return copy(original, { innerType: inside(definition.innerType, "same value") });
      default:
        return original;
    }
  };

  return visit(schema);
}
