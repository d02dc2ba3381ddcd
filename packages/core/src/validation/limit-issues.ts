import {
  definitionOf,
  isRecursive,
  schemaChildren,
  someSchema,
} from "@plinth/support/schema-reader";
import { clone, type $ZodType } from "zod/v4/core";
import { rebuildSchema, type InnerSchema } from "../schema/rebuild-schema.ts";
import { schemaType } from "../schema/schema-shape.ts";
import { compileParser, notCompiled, type CompiledParser } from "./compile-schema.ts";

/** How many faults of one value are looked for. */
export const maxIssues = 64;

type Run = (
  this: void,
  ...parts: Parameters<$ZodType["_zod"]["run"]>
) => ReturnType<$ZodType["_zod"]["run"]>;
type Payload = Parameters<Run>[0];
type Context = Parameters<Run>[1];
/** As zod makes it, and not yet as it gives it out. */
interface Issue {
  readonly errors?: unknown;
  continue?: boolean | undefined;
}

/**
 * How many faults the list, record or object that is being checked may still have. Checks are
 * synchronous, so one place for all is enough.
 */
let allowance: { left: number } | undefined;

/** An issue of a union holds those of each choice. */
function weightOf(issues: readonly Issue[]): number {
  let weight = 0;
  for (const { errors } of issues) {
    weight += 1;
    if (!Array.isArray(errors)) continue;
    for (const inner of errors as (readonly Issue[])[]) weight += weightOf(inner);
  }
  return weight;
}

/** Whether values may hold any number of what a schema describes. */
function isContainer(schema: $ZodType, recursive: boolean): boolean {
  const definition = definitionOf(schema);
  switch (definition.type) {
    case "array":
    case "record":
      return true;
    case "tuple":
      return definition.rest !== null;
    case "object":
      return (
        recursive ||
        (definition.catchall !== undefined && schemaType(definition.catchall) !== "never")
      );
    default:
      return false;
  }
}

/** Thrown by a part and caught by its container, whose loop has no other end. Never seen outside. */
const stop = new Error("The value has too many faults.");

/** Gives the parts of a container an allowance of their own: what is left of the one around it. */
function limitContainer(schema: $ZodType): void {
  const internals: { run: Run; parse: Run } = schema._zod;
  const { run } = internals;
  // Looked up with each call where it is the same: zod replaces it after the first value.
  const check: Run =
    run === internals.parse ? (payload, context) => internals.parse(payload, context) : run;
  const within = (left: number, payload: Payload, context: Context): ReturnType<Run> => {
    const outer = allowance;
    allowance = { left };
    try {
      return check(payload, context);
    } finally {
      allowance = outer;
    }
  };
  internals.run = (payload, context) => {
    try {
      return within(allowance?.left ?? maxIssues, payload, context);
    } catch (error) {
      if (error !== stop) throw error;
      // No version that we know keeps them elsewhere. Without a fault here the value would be taken.
      return payload.issues.length > 0
        ? payload
        : within(Number.POSITIVE_INFINITY, payload, context);
    }
  };
}

/**
 * A part of a container: checked while the container has faults left. A container with a fault is
 * refused, whatever else is in it.
 *
 * @param mayDrop whether the container forgets the faults of a part that is absent
 * @param mayStop whether the container may be left in the middle; otherwise the other parts are passed
 *   over
 */
function limitPart(part: $ZodType, mayDrop: boolean, mayStop: boolean): $ZodType {
  const limited = clone(part);
  let compiled: CompiledParser | undefined;
  let isPrepared = false;
  limited._zod.run = (payload, context) => {
    const current = allowance;
    if (current === undefined) return part._zod.run(payload, context);
    const isForward = context.direction !== "backward" && context.async === false;
    if (current.left <= 0) {
      if (mayStop && isForward) throw stop;
      return payload;
    }
    if (isForward) {
      // Not before it is needed: a recursive schema cannot be looked into while it is being made.
      if (!isPrepared && schemaChildren(part).length > 0) compiled = compileParser(part);
      isPrepared = true;
      // Most parts of a value with a fault have none themselves.
      const value = compiled === undefined ? notCompiled : compiled(payload.value);
      if (value !== notCompiled) {
        payload.value = value;
        return payload;
      }
    }
    const counts = !mayDrop || payload.value !== undefined;
    const result = part._zod.run(payload, context);
    if (!counts || result instanceof Promise || result.issues.length === 0) return result;
    const issues = result.issues as Issue[];
    current.left -= weightOf(issues);
    const last = issues.at(-1);
    // Checks of the container would get parts that were not looked at.
    if (current.left <= 0 && last !== undefined) last.continue = false;
    return result;
  };
  return limited;
}

/** A faulty key is a fault of the record, except where zod tries again with a number. */
function isTextKey(schema: $ZodType): boolean {
  return ["string", "template_literal"].includes(schemaType(schema));
}

const limitedSchemas = new WeakMap<$ZodType, $ZodType>();

/**
 * The same schema, which stops looking after 64 faults. zod makes an object of each fault of a value,
 * of which a list of a megabyte can have several hundred thousand.
 *
 * Every list, record and recursive object counts the faults of its own parts, never those that a union
 * or a default around them forgets: whether a value is valid does not change. The schema itself comes
 * back where the number of faults has an end anyway.
 */
export function limitIssues(schema: $ZodType): $ZodType {
  const known = limitedSchemas.get(schema);
  if (known !== undefined) return known;
  const made = limit(schema);
  limitedSchemas.set(schema, made);
  return made;
}

function limit(schema: $ZodType): $ZodType {
  const recursive = isRecursive(schema);
  if (!someSchema(schema, (inner) => isContainer(inner, recursive))) return schema;
  // The sides of an intersection forgive each other's keys.
  const merges = someSchema(schema, (inner) => schemaType(inner) === "intersection");
  // zod counts the open objects of a recursive value, and would go on counting what was left.
  const mayStop = !recursive && !someSchema(schema, (inner) => schemaType(inner) === "lazy");
  const parts = new Map<string, Map<$ZodType, $ZodType>>();

  const isPart = (child: InnerSchema, parent: $ZodType): boolean => {
    const { type, mode } = definitionOf(parent) as {
      readonly type: string;
      readonly mode?: string;
    };
    switch (child.field) {
      case "keyType":
        return type === "record" && !merges && mode !== "loose" && isTextKey(child.schema);
      case "valueType":
        return type === "record";
      case "shape":
        return recursive;
      default:
        return ["element", "rest", "catchall"].includes(child.field);
    }
  };

  return rebuildSchema(schema, {
    inner: (child, parent, copy) => {
      const { field, schema: original } = child;
      if (!isPart(child, parent)) return copy(original);
      const ofField = parts.get(field) ?? new Map<$ZodType, $ZodType>();
      parts.set(field, ofField);
      const part = ofField.get(original) ?? limitPart(copy(original), field === "shape", mayStop);
      ofField.set(original, part);
      return part;
    },
    made: (copy) => {
      if (isContainer(copy, recursive)) limitContainer(copy);
    },
  });
}
