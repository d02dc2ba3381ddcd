import { implementationName, type Definition } from "./definition.ts";
import type { Recording, UnfinishedBinding } from "./record-bindings.ts";
import { isTypedToken, tokenName, type Token } from "./token.ts";

/** Definitions of one token. */
type Group = [Definition, ...Definition[]];

/** The bindings of an app after `rebind` and overrides, and the faults of combining them. */
export interface Graph {
  /** The definition of each token; of several, the last. */
  readonly single: ReadonlyMap<Token<unknown>, Definition>;
  /** The definitions for `all(token)`. */
  readonly many: ReadonlyMap<Token<unknown>, readonly Definition[]>;
  /** All definitions in use, in the order of the bindings. */
  readonly definitions: readonly Definition[];
  /** Tokens that are bound more than once without `rebind`, or rebound more than once outside of overrides. */
  readonly duplicates: readonly Readonly<Group>[];
  /** `rebind` calls without a binding to replace. */
  readonly rebindsOfNothing: readonly Definition[];
  readonly unfinished: readonly UnfinishedBinding[];
}

/** One dependency, with the definitions of its token. */
export interface Edge {
  readonly token: Token<unknown>;
  readonly definitions: readonly Definition[];
  /** Whether it is resolved later, by a provider: such a dependency sets no order and closes no cycle. */
  readonly later: boolean;
  /**
   * `"unbound"`: no binding; `"many"`: only `bindMany`; `"one"`: `all` of a token bound by `bind`. Absent: no
   * fault.
   */
  readonly fault?: "unbound" | "many" | "one";
  /** The advice of `required` for a fault. */
  readonly advice?: string | undefined;
}

interface Layer {
  readonly single: Map<Token<unknown>, Definition>;
  readonly many: Map<Token<unknown>, Group>;
  readonly duplicates: Group[];
  readonly rebinds: Definition[];
}

function byToken(definitions: readonly Definition[]): Map<Token<unknown>, Group> {
  const groups = new Map<Token<unknown>, Group>();
  for (const definition of definitions) {
    const known = groups.get(definition.token);
    if (known === undefined) groups.set(definition.token, [definition]);
    else known.push(definition);
  }
  return groups;
}

function layerOf(definitions: readonly Definition[]): Layer {
  const of = (wanted: Definition["mode"]): Definition[] =>
    definitions.filter(({ mode }) => mode === wanted);
  const binds = byToken(of("bind"));
  const rebinds = byToken(of("rebind"));
  const last = (group: Group): Definition => group.at(-1) ?? group[0];
  return {
    single: new Map([...binds].map(([token, group]) => [token, last(group)])),
    many: byToken(of("many")),
    // Of two rebinds of the same token, one would be lost silently.
    duplicates: [...binds.values(), ...rebinds.values()].filter((group) => group.length > 1),
    rebinds: [...rebinds.values()].map(last),
  };
}

/**
 * Combines two layers of bindings: those of the app, and overrides above them, where `bind` replaces or adds.
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
    // Overrides of a test may replace those of a fixture: there the last one wins.
    duplicates: [
      ...lower.duplicates,
      ...upper.duplicates.filter(([first]) => first.mode !== "rebind"),
    ],
    rebindsOfNothing,
    unfinished: [...base.unfinished, ...(overrides?.unfinished ?? [])],
  };
}

/** Finds the definitions of a token. */
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

/** The dependencies of a definition, without parameters that have no token. */
export function edgesOf(graph: Graph, definition: Definition): readonly Edge[] {
  return definition.dependencies
    .filter((token) => token !== undefined)
    .map((token) => follow(graph, token));
}

/** The names of a definition in a path: its token and, if the name differs, its class. */
export function pathNames(definition: Definition): readonly string[] {
  const implementation = implementationName(definition);
  const name = tokenName(definition.token);
  return implementation === undefined ? [name] : [name, implementation];
}
