import { definitionOf, isRecursive, someSchema } from "@plinth/support/schema-reader";
import {
  $ZodAny,
  $ZodCheckRegex,
  $ZodEnum,
  $ZodIntersection,
  $ZodNever,
  $ZodObject,
  $ZodOptional,
  $ZodRecord,
  $ZodString,
  $ZodUnion,
  type $ZodCheck,
  type $ZodType,
} from "zod/v4/core";
import { accepts } from "./accepts.ts";
import { rebuildSchema, type CopySchema } from "./rebuild-schema.ts";
import { fieldOf, schemaType } from "./schema-shape.ts";

/** One side of an intersection of objects. */
interface Side {
  readonly fields: Readonly<Record<string, $ZodType>>;
  /** The schema of other fields; `undefined` if the side has no others. */
  readonly others: $ZodType | undefined;
  /** The schema of the names of other fields. Absent: any name. */
  readonly names?: $ZodType;
}

/** Intersections with more combinations of choices than this stay as they are. */
const maxChoices = 64;
const any: $ZodType = new $ZodAny({ type: "any" });

function objectSide(schema: $ZodType): Side | undefined {
  const definition = definitionOf(schema);
  if (definition.type === "object") {
    const { catchall = any, shape } = definition;
    return { fields: shape, others: schemaType(catchall) === "never" ? undefined : catchall };
  }
  if (definition.type !== "record") return undefined;
  const { keyType, valueType } = definition;
  const { mode, partial } = definition as { readonly mode?: string; readonly partial?: boolean };
  if (mode === "loose") return undefined;
  const { values } = keyType._zod;
  if (values === undefined) {
    const isFree = schemaType(keyType) === "string" && keyType._zod.def.checks === undefined;
    const isPlain = isFree && !("format" in keyType._zod.def);
    return { fields: {}, others: valueType, ...(isPlain ? {} : { names: keyType }) };
  }
  // A record does not require its names, only their values.
  const mayBeAbsent = partial === true || accepts(valueType, undefined);
  const value = mayBeAbsent
    ? new $ZodOptional({ type: "optional", innerType: valueType })
    : valueType;
  const entries = [...values].map((name): [string, $ZodType] => [String(name), value]);
  return { fields: Object.fromEntries(entries), others: undefined };
}

/** The sides of an intersection, once for each combination of its choices. */
function choicesOf(schema: $ZodType): readonly (readonly Side[])[] | undefined {
  const definition = definitionOf(schema);
  switch (definition.type) {
    case "intersection": {
      const left = choicesOf(definition.left);
      const right = choicesOf(definition.right);
      if (left === undefined || right === undefined) return undefined;
      if (left.length * right.length > maxChoices) return undefined;
      return left.flatMap((one) => right.map((other) => [...one, ...other]));
    }
    case "union": {
      const options = definition.options.map(choicesOf);
      return options.some((option) => option === undefined)
        ? undefined
        : options.flatMap((option) => option ?? []);
    }
    case "optional":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
      return choicesOf(definition.innerType);
    case "pipe":
      return choicesOf(definition.in);
    case "lazy":
      return choicesOf(definition.getter());
    default: {
      const side = objectSide(schema);
      return side === undefined ? undefined : [[side]];
    }
  }
}

interface KeyCheck {
  readonly pattern?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
}

/**
 * A schema of keys as one pattern, as JSON Schema finds the fields of a record by patterns only; `undefined` if
 * there is none.
 */
function patternOf(schema: $ZodType): RegExp | undefined {
  if (schemaType(schema) !== "string") return undefined;
  const { checks = [], ...own } = schema._zod.def as KeyCheck & { readonly checks?: $ZodCheck[] };
  let text = "";
  for (const check of [own as KeyCheck, ...checks.map(({ _zod: { def } }) => def as KeyCheck)]) {
    const { pattern, minimum, maximum, length } = check;
    if (pattern instanceof RegExp) {
      if (!/^u?$/.test(pattern.flags)) return undefined;
      text += `(?=[\\s\\S]*?(?:${pattern.source}))`;
    } else if (minimum !== undefined || maximum !== undefined || length !== undefined) {
      text += `(?=[\\s\\S]{${minimum ?? length ?? 0},${maximum ?? length ?? ""}}$)`;
    } else if (check !== own) {
      return undefined;
    }
  }
  return new RegExp(`^${text}`, "u");
}

/** A schema in which fields whose names match a pattern have these values, and other fields any value. */
function fieldsOfPattern(pattern: RegExp, valueType: $ZodType): $ZodType {
  const check = new $ZodCheckRegex({ check: "string_format", format: "regex", pattern });
  return recordOf(new $ZodString({ type: "string", checks: [check] }), valueType, "loose");
}

function recordOf(keyType: $ZodType, valueType: $ZodType, mode: "strict" | "loose"): $ZodType {
  const definition = { type: "record", keyType: keyType as never, valueType, mode } as const;
  return new $ZodRecord(definition);
}

function all(schemas: readonly $ZodType[]): $ZodType {
  return schemas.reduce(
    (left, right) => new $ZodIntersection({ type: "intersection", left, right }),
  );
}

/** The schema that a side has for a field of another side; `undefined` for none. */
function otherField({ names, others }: Side, name: string): $ZodType | undefined {
  return names === undefined || accepts(names, name) ? others : undefined;
}

function mergedField(sides: readonly Side[], name: string, copy: CopySchema): $ZodType {
  const schemas = sides.flatMap(
    (side) => fieldOf(side.fields, name) ?? otherField(side, name) ?? [],
  );
  const mayBeAbsent = sides.every(({ fields }) => {
    const field = fieldOf(fields, name);
    return field === undefined || field._zod.optin !== undefined;
  });
  const [only, ...more] = schemas.filter((schema) => schemaType(schema) !== "any").map(copy);
  if (only === undefined)
    return mayBeAbsent ? new $ZodOptional({ type: "optional", innerType: any }) : any;
  if (more.length === 0 && (only._zod.optin !== undefined) === mayBeAbsent) return only;
  const whole = all([only, ...more]);
  return mayBeAbsent ? new $ZodOptional({ type: "optional", innerType: whole }) : whole;
}

function mergedObject(sides: readonly Side[], copy: CopySchema, isLazy: boolean): $ZodType {
  const ruled = sides.filter(({ names }) => names !== undefined);
  const free = sides.filter(({ names, others }) => names === undefined && others !== undefined);
  const declared = [...new Set(sides.flatMap(({ fields }) => Object.keys(fields)))];
  const shape: Record<string, $ZodType> = {};
  for (const name of declared) {
    const get = (): $ZodType => mergedField(sides, name, copy);
    Object.defineProperty(shape, name, {
      ...(isLazy ? { get } : { value: get() }),
      enumerable: true,
    });
  }
  const isOnlyRule = ruled.length === 1 && free.length === 0;
  const others = (isOnlyRule ? ruled : free).flatMap((side) => side.others ?? []);
  const rules = others.filter((schema) => schemaType(schema) !== "any").map(copy);
  const isClosed = others.length === 0 && ruled.length === 0;
  const withoutRules = isClosed ? new $ZodNever({ type: "never" }) : any;
  const catchall = rules.length > 0 ? all(rules) : withoutRules;
  const parts: $ZodType[] = [new $ZodObject({ type: "object", shape, catchall })];
  // A name has to be known to at least one side, and its value has to fit each side that knows it.
  if (free.length === 0 && ruled.length > 0) {
    const entries = Object.fromEntries(declared.map((name) => [name, name]));
    const known = declared.length === 0 ? [] : [new $ZodEnum({ type: "enum", entries })];
    const options = [...known, ...ruled.flatMap(({ names }) => names ?? [])];
    parts.push(recordOf(new $ZodUnion({ type: "union", options }), any, "strict"));
  }
  if (!isOnlyRule) {
    for (const { names = any, others: value = any } of ruled) {
      const pattern = patternOf(names);
      if (pattern !== undefined) parts.push(fieldsOfPattern(pattern, copy(value)));
    }
  }
  return all(parts);
}

/** Options of {@link documentSchema}. */
export interface DocumentOptions {
  /** Whether schemas without intersections inside are kept and not copied. Default: false. */
  readonly keepsOthers?: boolean;
  /** Called with each schema that replaces another one, as the copy has no metadata. */
  readonly made: (copy: $ZodType, original: $ZodType) => void;
}

/**
 * Makes a schema for documents: an intersection of objects becomes one object that accepts the same values. Each
 * side of an intersection accepts the fields of the other, which JSON Schema cannot express by combining the
 * two.
 *
 * The copies do not know their originals: generators of documents would mix the two.
 */
export function documentSchema(
  schema: $ZodType,
  { keepsOthers = false, made }: DocumentOptions,
): $ZodType {
  const isMerged = (inner: $ZodType): boolean => schemaType(inner) === "intersection";
  const isKept = (inner: $ZodType): boolean => keepsOthers && !someSchema(inner, isMerged);
  if (isKept(schema)) return schema;
  const isLazy = isRecursive(schema);
  return rebuildSchema(schema, {
    hasParent: false,
    made,
    inner: ({ schema: child }, _parent, copy) => (isKept(child) ? child : copy(child)),
    replace: (original, copy) => {
      if (!isMerged(original)) return undefined;
      const inside = (inner: $ZodType): $ZodType => (isKept(inner) ? inner : copy(inner));
      const options =
        choicesOf(original)?.map((sides) => mergedObject(sides, inside, isLazy)) ?? [];
      const [only, ...more] = options;
      if (only === undefined) return undefined;
      const whole = more.length === 0 ? only : new $ZodUnion({ type: "union", options });
      made(whole, original);
      return whole;
    },
  });
}
