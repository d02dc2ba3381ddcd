import { implementationName, type Definition } from "./definition.ts";
import type { Recording, UnfinishedBinding } from "./recorder.ts";
import { isTypedToken, tokenName, type Token } from "./token.ts";

/** The bindings of an app after `rebind` and overrides, and what was dropped on the way. */
export interface Graph {
  /** What a plain token leads to; of several, the last. */
  readonly single: ReadonlyMap<Token<unknown>, Definition>;
  /** What `all(token)` leads to. */
  readonly many: ReadonlyMap<Token<unknown>, readonly Definition[]>;
  /** Every definition in use, in the order of binding. */
  readonly definitions: readonly Definition[];
  /** Tokens bound more than once without `rebind`. */
  readonly duplicates: readonly (readonly [Definition, ...Definition[]])[];
  /** `rebind` calls of tokens that nothing binds. */
  readonly rebindsOfNothing: readonly Definition[];
  readonly unfinished: readonly UnfinishedBinding[];
}

/** What one dependency leads to. */
export interface Edge {
  readonly token: Token<unknown>;
  readonly definitions: readonly Definition[];
  /** Whether it is resolved only when asked for, and so neither orders nor closes a cycle. */
  readonly later: boolean;
  /** `"unbound"`: nothing; `"many"`: only `bindMany`; `"one"`: `all` of a token bound by `bind`. */
  readonly fault?: "unbound" | "many" | "one";
  /** What the dependent says about a fault, by `required`. */
  readonly advice?: string | undefined;
}

interface Layer {
  readonly single: Map<Token<unknown>, Definition>;
  readonly many: Map<Token<unknown>, Definition[]>;
  readonly duplicates: [Definition, ...Definition[]][];
  readonly rebinds: Definition[];
}

function layerOf(definitions: readonly Definition[]): Layer {
  const binds = new Map<Token<unknown>, [Definition, ...Definition[]]>();
  const many = new Map<Token<unknown>, Definition[]>();
  const rebinds: Definition[] = [];
  for (const definition of definitions) {
    const { token, mode } = definition;
    if (mode === "rebind") rebinds.push(definition);
    else if (mode === "many") {
      const list = many.get(token);
      if (list === undefined) many.set(token, [definition]);
      else list.push(definition);
    } else {
      const known = binds.get(token);
      if (known === undefined) binds.set(token, [definition]);
      else known.push(definition);
    }
  }
  const single = new Map<Token<unknown>, Definition>();
  for (const [token, group] of binds) single.set(token, group.at(-1) ?? group[0]);
  const duplicates = [...binds.values()].filter((group) => group.length > 1);
  return { single, many, duplicates, rebinds };
}

/**
 * Puts layers of bindings upon each other: what the app brings and what its author binds are one
 * layer; overrides lie above it, where `bind` replaces or adds.
 */
export function composeGraph(base: Recording, overrides?: Recording): Graph {
  const lower = layerOf(base.definitions);
  const upper = layerOf(overrides?.definitions ?? []);
  const rebindsOfNothing: Definition[] = [];
  const single = new Map(lower.single);
  const many = new Map<Token<unknown>, readonly Definition[]>(lower.many);
  const replace = (definition: Definition): void => {
    if (single.has(definition.token)) single.set(definition.token, definition);
    else rebindsOfNothing.push(definition);
  };
  for (const rebind of lower.rebinds) replace(rebind);
  for (const [token, definition] of upper.single) single.set(token, definition);
  for (const [token, list] of upper.many) many.set(token, list);
  for (const rebind of upper.rebinds) replace(rebind);
  const inUse = new Set<Definition>(single.values());
  for (const list of many.values()) for (const definition of list) inUse.add(definition);
  const written = [...base.definitions, ...(overrides?.definitions ?? [])];
  return {
    single,
    many,
    definitions: written.filter((definition) => inUse.has(definition)),
    duplicates: [...lower.duplicates, ...upper.duplicates],
    rebindsOfNothing,
    unfinished: [...base.unfinished, ...(overrides?.unfinished ?? [])],
  };
}

/** Follows a token to what is bound to it. */
export function follow(graph: Graph, token: Token<unknown>): Edge {
  const selection = isTypedToken(token) ? token.selection : undefined;
  if (selection?.kind === "provider") return { ...follow(graph, selection.token), later: true };
  if (selection?.kind === "required") {
    return { ...follow(graph, selection.token), advice: selection.advice };
  }
  if (selection?.kind === "all") {
    const definitions = graph.many.get(selection.token) ?? [];
    const one = definitions.length === 0 && graph.single.has(selection.token);
    return { token: selection.token, definitions, later: false, ...(one ? { fault: "one" } : {}) };
  }
  const definition = graph.single.get(token);
  if (definition !== undefined) return { token, definitions: [definition], later: false };
  return {
    token,
    definitions: [],
    later: false,
    fault: graph.many.has(token) ? "many" : "unbound",
  };
}

/** What a definition depends on; parameters without a token are left out. */
export function edgesOf(graph: Graph, definition: Definition): readonly Edge[] {
  return definition.dependencies
    .filter((token) => token !== undefined)
    .map((token) => follow(graph, token));
}

/** A definition as it appears in a path: its token and, where it has another name, its class. */
export function pathNames(definition: Definition): readonly string[] {
  const implementation = implementationName(definition);
  const name = tokenName(definition.token);
  return implementation === undefined ? [name] : [name, implementation];
}
