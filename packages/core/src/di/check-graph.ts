import type { Definition } from "./definition.ts";
import {
  classFault,
  cycleFault,
  duplicateFault,
  rebindFault,
  scopeFault,
  unfinishedFault,
} from "./graph-faults.ts";
import { missingFaults } from "./missing-faults.ts";
import { edgesOf, type Graph } from "./graph.ts";
import type { GraphFault } from "./graph-error.ts";
import { orderGraph } from "./order-graph.ts";
import { findParents } from "./find-parents.ts";
import type { Token } from "./token.ts";

/** The result of a check: the faults, and the order in which to make instances. */
export interface CheckedGraph {
  readonly faults: readonly GraphFault[];
  readonly order: readonly Definition[];
}

/** Maps aliases and transients to the next definition on the way to a request-scoped one. */
function findRequestScoped(
  graph: Graph,
  order: readonly Definition[],
): ReadonlyMap<Definition, Definition> {
  const found = new Map<Definition, Definition>();
  // Dependencies come first in the order, so one pass is enough.
  for (const definition of order) {
    const passesOn = definition.target.kind === "alias" || definition.scope === "transient";
    if (!passesOn) continue;
    for (const edge of edgesOf(graph, definition)) {
      const leak = edge.later
        ? undefined
        : edge.definitions.find((target) => isRequestScoped(target) || found.has(target));
      if (leak !== undefined && !found.has(definition)) found.set(definition, leak);
    }
  }
  return found;
}

function isRequestScoped(definition: Definition): boolean {
  return definition.scope === "request" && definition.target.kind !== "alias";
}

function scopeFaults(graph: Graph, order: readonly Definition[]): readonly GraphFault[] {
  const next = findRequestScoped(graph, order);
  return graph.definitions
    .filter(({ scope, target }) => scope === "singleton" && target.kind !== "alias")
    .flatMap((singleton) => {
      const targets = edgesOf(graph, singleton)
        .filter((edge) => !edge.later)
        .flatMap((edge) => edge.definitions);
      return [...new Set(targets)]
        .filter((target) => isRequestScoped(target) || next.has(target))
        .map((target) => {
          const path = [singleton];
          for (
            let step: Definition | undefined = target;
            step !== undefined;
            step = next.get(step)
          ) {
            path.push(step);
          }
          return scopeFault(path);
        });
    });
}

/**
 * Finds all faults of a graph without making any instance. Time grows linearly with the number of bindings and
 * dependencies.
 *
 * @param isKnownElsewhere Whether a token without a binding can be resolved nevertheless. Default: no token.
 */
export function checkGraph(
  graph: Graph,
  isKnownElsewhere: (token: Token<unknown>) => boolean = () => false,
): CheckedGraph {
  const { order, cycles } = orderGraph(graph);
  const faults = [
    ...graph.unfinished.map(unfinishedFault),
    ...missingFaults(graph, findParents(graph), isKnownElsewhere),
    ...graph.definitions.flatMap((definition) => classFault(definition) ?? []),
    ...cycles.map(cycleFault),
    ...graph.duplicates.map(duplicateFault),
    ...graph.rebindsOfNothing.map(rebindFault),
    ...scopeFaults(graph, order),
  ];
  return { faults, order };
}
