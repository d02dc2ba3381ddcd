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

/** After how many faults the check of a value stops. */
const maxIssues = 64;

type Run = (
  this: void,
  ...parts: Parameters<$ZodType["_zod"]["run"]>
) => ReturnType<$ZodType["_zod"]["run"]>;
type Payload = Parameters<Run>[0];
type Context = Parameters<Run>[1];
/** An issue inside zod, before it is finished for the caller. */
interface Issue {
  readonly errors?: unknown;
  continue?: boolean | undefined;
}

/**
 * How many more faults are counted in the list, record or object that is being checked. Checks are synchronous,
 * so one variable is enough.
 */
let allowance: { left: number } | undefined;

/** Counts issues. An issue of a union contains those of each option. */
function weightOf(issues: readonly Issue[]): number {
  let weight = 0;
  for (const { errors } of issues) {
    weight += 1;
    if (!Array.isArray(errors)) continue;
    for (const inner of errors as (readonly Issue[])[]) weight += weightOf(inner);
  }
  return weight;
}

/** Whether values of a schema can have any number of entries. */
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

/** Ends the loop of a container: one of its parts throws it, and the container catches it. */
const stop = new Error("The value has too many faults.");

/** Gives the parts of a container their own allowance: what is left of the outer one. */
function limitContainer(schema: $ZodType): void {
  const internals: { run: Run; parse: Run } = schema._zod;
  const { run } = internals;
  // Where both are the same, looked up with each call: zod replaces `parse` after the first value.
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
      // In all known versions the faults are here. Without any the value would count as valid, so it is checked
      // again without a limit.
      return payload.issues.length > 0
        ? payload
        : within(Number.POSITIVE_INFINITY, payload, context);
    }
  };
}

/**
 * Wraps a part of a container, so that it is checked only while the container has an allowance left. After that
 * the container is refused in any case.
 *
 * @param mayDrop Whether the container ignores the faults of an absent part.
 * @param mayStop Whether the check of the container may end early. Otherwise the remaining parts are skipped.
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
      // On first use: a recursive schema cannot be walked through while it is being made.
      if (!isPrepared && schemaChildren(part).length > 0) compiled = compileParser(part);
      isPrepared = true;
      // Most parts of an invalid value are valid.
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
    // Otherwise the checks of the container would see parts that were not checked.
    if (current.left <= 0 && last !== undefined) last.continue = false;
    return result;
  };
  return limited;
}

/** Whether zod reports a faulty key as a fault of the record; with other keys it tries again with a number. */
function isTextKey(schema: $ZodType): boolean {
  return ["string", "template_literal"].includes(schemaType(schema));
}

const limitedSchemas = new WeakMap<$ZodType, $ZodType>();

/**
 * Copies a schema so that a check stops after 64 faults. zod makes an object for each fault of a value, and a
 * list of a megabyte can have several hundred thousand.
 *
 * Every list, record and recursive object counts the faults of its own parts, but not those that an outer union
 * or default ignores: the same values are valid as before.
 *
 * @returns The schema itself if the number of faults is bounded anyway.
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
  // Each side of an intersection accepts the keys of the other.
  const merges = someSchema(schema, (inner) => schemaType(inner) === "intersection");
  // zod counts the open objects of a recursive value; after an early end its count would be wrong.
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
