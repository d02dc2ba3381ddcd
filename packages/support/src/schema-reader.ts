import { clone, type $ZodCheck, type $ZodType, type $ZodTypes } from "zod/v4/core";

/** The kinds of schema that zod has: "object", "string", … */
export type SchemaKind = $ZodTypes["_zod"]["def"]["type"];

/** A schema directly inside another one. */
export interface SchemaChild {
  /** The field of the definition that holds it: `element`, `innerType`, `in`, … */
  readonly field: string;
  /** Where its values stand in a value of the outer schema: `.name`, `[]`, `[0]`, `.*`; empty for the same place. */
  readonly path: string;
  readonly schema: $ZodType;
}

/** How a field of a definition holds schemas. */
type Holder =
  /** One, or nothing. Its values stand at this path. */
  | { readonly field: string; readonly path: string }
  /** A list; with `numbered`, each value has its own place. */
  | { readonly list: string; readonly numbered?: true }
  /** An object from field names to schemas. */
  | { readonly shape: string }
  /** A function that returns it. */
  | { readonly getter: string };

const inner: readonly Holder[] = [{ field: "innerType", path: "" }];
const none: readonly Holder[] = [];

/**
 * Where each kind holds the schemas inside it. This table is the only place that knows: a kind that a later
 * zod adds is a compile error here, and fails the test that lists the kinds of the installed one.
 */
const holders: Readonly<Record<SchemaKind, readonly Holder[]>> = {
  any: none,
  array: [{ field: "element", path: "[]" }],
  bigint: none,
  boolean: none,
  catch: inner,
  custom: none,
  date: none,
  default: inner,
  enum: none,
  file: none,
  function: [
    { field: "input", path: "()" },
    { field: "output", path: "()" },
  ],
  intersection: [
    { field: "left", path: "" },
    { field: "right", path: "" },
  ],
  lazy: [{ getter: "getter" }],
  literal: none,
  map: [
    { field: "keyType", path: ".*" },
    { field: "valueType", path: ".*" },
  ],
  nan: none,
  never: none,
  nonoptional: inner,
  null: none,
  nullable: inner,
  number: none,
  object: [{ shape: "shape" }, { field: "catchall", path: ".*" }],
  optional: inner,
  pipe: [
    { field: "in", path: "" },
    { field: "out", path: "" },
  ],
  prefault: inner,
  promise: inner,
  readonly: inner,
  record: [
    { field: "keyType", path: ".*" },
    { field: "valueType", path: ".*" },
  ],
  set: [{ field: "valueType", path: "[]" }],
  string: none,
  success: inner,
  symbol: none,
  // Its parts are checked by one expression made of them: their own schemas never see a value.
  template_literal: none,
  transform: none,
  tuple: [
    { list: "items", numbered: true },
    { field: "rest", path: "[]" },
  ],
  undefined: none,
  union: [{ list: "options" }],
  unknown: none,
  void: none,
};

/** The kinds that the reader knows, sorted. */
export const schemaKinds: readonly string[] = Object.keys(holders).toSorted();

/** The definition of a schema, as a union that `type` tells apart. */
export function definitionOf(schema: $ZodType): $ZodTypes["_zod"]["def"] {
  return (schema as $ZodTypes)._zod.def;
}

/** The schemas directly inside a schema, those of its checks included; none for a kind that zod does not have. */
export function schemaChildren(schema: $ZodType): SchemaChild[] {
  const definition = definitionOf(schema);
  const fields = definition as unknown as Readonly<Record<string, unknown>>;
  const own = (holders[definition.type] ?? none).flatMap((holder) => held(holder, fields));
  return [...own, ...(definition.checks ?? []).flatMap(checkChildren)];
}

function held(holder: Holder, fields: Readonly<Record<string, unknown>>): SchemaChild[] {
  if ("field" in holder) {
    const schema = fields[holder.field] as $ZodType | null | undefined;
    return schema == null ? [] : [{ field: holder.field, path: holder.path, schema }];
  }
  if ("list" in holder) {
    return (fields[holder.list] as readonly $ZodType[]).map((schema, index) => ({
      field: holder.list,
      path: holder.numbered === true ? `[${index}]` : "",
      schema,
    }));
  }
  if ("shape" in holder) return shapeChildren(holder.shape, fields[holder.shape]);
  const getter = fields[holder.getter] as () => $ZodType;
  return [{ field: holder.getter, path: "", schema: getter() }];
}

function shapeChildren(field: string, shape: unknown): SchemaChild[] {
  return Object.entries(shape as Readonly<Record<string, $ZodType>>).map(([name, schema]) => ({
    field,
    path: `.${name}`,
    schema,
  }));
}

/** `z.property` and `z.properties` check fields by schemas of their own. */
function checkChildren(check: $ZodCheck): SchemaChild[] {
  const definition = check._zod.def as {
    readonly check: string;
    readonly property?: string;
    readonly schema?: $ZodType;
    readonly shape?: unknown;
  };
  if (definition.check === "property" && definition.schema !== undefined) {
    return [{ field: "checks", path: `.${definition.property}`, schema: definition.schema }];
  }
  return definition.check === "properties" ? shapeChildren("checks", definition.shape) : [];
}

/** How {@link withChildren} makes a copy. */
export interface CopyOptions {
  /**
   * Whether fields of objects are replaced when they are first read, so that a field may lead back to the
   * object that is being copied. Default: false. zod takes every schema behind a getter for a recursive
   * one and parses it slowly: set it for recursive schemas alone.
   */
  readonly lazy?: boolean | undefined;
  /** Other changes of the copy's definition. Default: none. */
  readonly changes?: object | undefined;
  /** Whether the copy knows its original, from which it has its metadata. Default: true. */
  readonly parent?: boolean | undefined;
}

/**
 * Copies a schema, with other schemas in the place of those directly inside it. The schemas of its checks
 * stay.
 *
 * @param replace What stands for a child in the copy. It is called late for what is behind a getter.
 * @returns The schema itself if its kind holds no others.
 */
export function withChildren(
  schema: $ZodType,
  replace: (child: SchemaChild) => $ZodType,
  { lazy = false, changes, parent = true }: CopyOptions = {},
): $ZodType {
  const definition = definitionOf(schema);
  const own = holders[definition.type] ?? none;
  if (own.length === 0) return schema;
  const fields = definition as unknown as Readonly<Record<string, unknown>>;
  const replaced = own.map((holder) => replacedIn(holder, fields, replace, lazy));
  const copied = Object.assign({}, definition, ...replaced, changes) as never;
  return clone(schema as $ZodTypes, copied, { parent });
}

/** The part of a copy's definition that a holder describes. */
function replacedIn(
  holder: Holder,
  fields: Readonly<Record<string, unknown>>,
  replace: (child: SchemaChild) => $ZodType,
  lazy: boolean,
): object {
  if ("getter" in holder) {
    const getter = (): $ZodType =>
      replace({
        field: holder.getter,
        path: "",
        schema: (fields[holder.getter] as () => $ZodType)(),
      });
    // The second field is where zod keeps what the getter of the original returned.
    return { [holder.getter]: getter, _cachedInner: undefined };
  }
  if ("shape" in holder) {
    const original = fields[holder.shape] as Readonly<Record<string, $ZodType>>;
    const shape = {};
    for (const name of Object.keys(original)) {
      const get = (): $ZodType =>
        replace({ field: holder.shape, path: `.${name}`, schema: original[name] as $ZodType });
      Object.defineProperty(shape, name, {
        ...(lazy ? { get } : { value: get() }),
        enumerable: true,
      });
    }
    return { [holder.shape]: shape };
  }
  const children = held(holder, fields).map(replace);
  if ("list" in holder) return { [holder.list]: children };
  return children.length === 0 ? {} : { [holder.field]: children[0] };
}

/**
 * A schema and every schema inside it, each once. Recursive schemas end.
 *
 * @param seen Schemas that were visited already: they are skipped. The result is added to it.
 * @param childrenOf The schemas directly inside one. Default: those of {@link schemaChildren}.
 */
export function everySchema(
  schema: $ZodType,
  seen: Set<$ZodType> = new Set(),
  childrenOf: (schema: $ZodType) => readonly $ZodType[] = innerSchemas,
): Set<$ZodType> {
  if (seen.has(schema)) return seen;
  seen.add(schema);
  const found = [schema];
  for (const each of found) {
    for (const child of childrenOf(each)) {
      if (seen.has(child)) continue;
      seen.add(child);
      found.push(child);
    }
  }
  return seen;
}

function innerSchemas(schema: $ZodType): $ZodType[] {
  return schemaChildren(schema).map((child) => child.schema);
}

/** Whether a schema, or one anywhere inside it, has a property. Recursive schemas end. */
export function someSchema(
  schema: $ZodType,
  has: (schema: $ZodType) => boolean,
  seen: Set<$ZodType> = new Set(),
): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return has(schema) || schemaChildren(schema).some((child) => someSchema(child.schema, has, seen));
}

/** Whether a schema leads back to itself, so that it accepts values of any depth. */
export function isRecursive(schema: $ZodType): boolean {
  const path = new Set<$ZodType>();
  const done = new Set<$ZodType>();
  const visit = (current: $ZodType): boolean => {
    if (path.has(current)) return true;
    if (done.has(current)) return false;
    path.add(current);
    const found = schemaChildren(current).some((child) => visit(child.schema));
    path.delete(current);
    done.add(current);
    return found;
  };
  return visit(schema);
}
