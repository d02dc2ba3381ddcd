import { isRecursive, withChildren } from "@plinth/support/schema-reader";
import type { $ZodType } from "zod/v4/core";

/** Makes the copy of a schema, once however often it is asked for. */
export type CopySchema = (original: $ZodType) => $ZodType;

/** A schema inside another one. */
export interface InnerSchema {
  /** The field of the outer definition that holds it: `element`, `valueType`, `shape`, … */
  readonly field: string;
  readonly schema: $ZodType;
}

/** What is different in the copy of a schema. */
export interface SchemaChanges {
  /** Returns the schema that replaces a child in the copy of its parent. */
  readonly inner: (child: InnerSchema, parent: $ZodType, copy: CopySchema) => $ZodType;
  /** Returns changes of a definition. Default: none. */
  readonly definition?: (original: $ZodType) => object | undefined;
  /** Returns another schema instead of a copy; `undefined` for a copy. Default: always a copy. */
  readonly replace?: (original: $ZodType, copy: CopySchema) => $ZodType | undefined;
  /** Called with each copy. Default: nothing happens. */
  readonly made?: (copy: $ZodType, original: $ZodType) => void;
  /** Whether a copy knows its original, from which it has its metadata. Default: true. */
  readonly hasParent?: boolean;
}

/** Copies a schema and all schemas inside it. Recursive schemas stay recursive. */
export function rebuildSchema(schema: $ZodType, changes: SchemaChanges): $ZodType {
  const copies = new Map<$ZodType, $ZodType>();
  const lazy = isRecursive(schema);

  const copy: CopySchema = (original) => {
    const known = copies.get(original);
    if (known !== undefined) return known;
    const made = changes.replace?.(original, copy) ?? rebuild(original);
    copies.set(original, made);
    return made;
  };

  const rebuild = (original: $ZodType): $ZodType => {
    const made = withChildren(original, (child) => changes.inner(child, original, copy), {
      lazy,
      changes: changes.definition?.(original),
      parent: changes.hasParent,
    });
    if (made !== original) changes.made?.(made, original);
    return made;
  };

  return copy(schema);
}
