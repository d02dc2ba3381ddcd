import type { JsonValue } from "../errors/json.ts";
import { boundedText } from "./redact-text.ts";
import { isSecretKey, type SecretKeyTest } from "./secret-keys.ts";

/** How much of a value is shown. The defaults fit a log line. */
export interface SanitizeLimits {
  /** Levels of nesting below the value. Default: 10. */
  readonly depth?: number;
  /** Entries of one object, array, Map or Set. Default: 100. */
  readonly entries?: number;
  /** Objects, arrays and values in all. Default: 2,000. */
  readonly nodes?: number;
  /** Characters of one string. Default: 16,384. */
  readonly text?: number;
  /** Characters of all strings together. Default: 262,144. */
  readonly total?: number;
}

/** The state of a walk through one value. */
export interface Walk {
  readonly isSecret: SecretKeyTest;
  readonly depth: number;
  readonly entries: number;
  readonly text: number;
  nodes: number;
  total: number;
  /** The objects on the path to the current value, to tell a cycle from a value that occurs twice. */
  readonly path: object[];
}

/** A mutable JSON object under construction. */
export type Draft = Record<string, JsonValue>;

/** Starts a walk with full budgets. */
export function newWalk(isSecret: SecretKeyTest = isSecretKey, limits: SanitizeLimits = {}): Walk {
  return {
    isSecret,
    depth: limits.depth ?? 10,
    entries: limits.entries ?? 100,
    text: limits.text ?? 16_384,
    nodes: limits.nodes ?? 2_000,
    total: limits.total ?? 262_144,
    path: [],
  };
}

/** Redacts and cuts one text, within the budgets of the walk. */
export function cleanText(text: string, walk: Walk): string {
  const limit = Math.min(walk.text, Math.max(0, walk.total));
  const clean = boundedText(text, limit, walk.isSecret);
  walk.total -= Math.min(clean.length, limit);
  return clean;
}

/** Sets a key as data, even `__proto__`. */
export function setKey(target: Draft, key: string, value: JsonValue): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    target[key] = value;
  }
}
