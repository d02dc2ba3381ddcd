import type { $ZodType } from "zod/v4/core";
import { schemaChildren } from "./schema-children.ts";

/**
 * How many objects and lists may stand in one another, where a schema sets no end to it. Far beyond
 * any record, and far below what overflows the stack of `JSON.stringify`, wherever it is called.
 */
const deepestValue = 500;

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * Whether a value is nested more than 500 deep; one that leads back to itself is. It goes level by
 * level, so that no depth overflows its own stack.
 */
export function isTooDeep(value: unknown): boolean {
  let level: ReadonlySet<object> = new Set([value].filter(isContainer));
  for (let depth = 0; depth < deepestValue; depth += 1) {
    if (level.size === 0) return false;
    // A set, because what is shared is looked into once, however often it is met.
    const next = new Set<object>();
    for (const container of level) {
      for (const inner of Object.values(container) as unknown[]) {
        if (isContainer(inner)) next.add(inner);
      }
    }
    level = next;
  }
  return level.size > 0;
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
