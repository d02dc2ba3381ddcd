import type { Definition } from "./definition.ts";
import { edgesOf, pathNames, type Graph } from "./graph.ts";

/** The definition before each one, on the shortest path from a definition without dependents. */
export type Parents = ReadonlyMap<Definition, Definition | undefined>;

/** Searches breadth first, so that messages show the shortest path to a fault. */
export function findParents(graph: Graph): Parents {
  const edges = new Map(
    graph.definitions.map((definition) => [
      definition,
      edgesOf(graph, definition).flatMap((edge) => edge.definitions),
    ]),
  );
  const needed = new Set<Definition>();
  for (const targets of edges.values()) for (const target of targets) needed.add(target);
  const parents = new Map<Definition, Definition | undefined>();
  // The second round reaches definitions that are only on cycles, which have no start.
  const starts = graph.definitions.filter((definition) => !needed.has(definition));
  for (const start of [...starts, ...graph.definitions]) {
    if (parents.has(start)) continue;
    parents.set(start, undefined);
    const queue = [start];
    for (const definition of queue) {
      for (const target of edges.get(definition) ?? []) {
        if (parents.has(target)) continue;
        parents.set(target, definition);
        queue.push(target);
      }
    }
  }
  return parents;
}

/** The names from the outermost dependent down to a definition. */
export function namesTo(parents: Parents, definition: Definition): readonly string[] {
  const way: Definition[] = [];
  for (
    let step: Definition | undefined = definition;
    step !== undefined;
    step = parents.get(step)
  ) {
    way.push(step);
  }
  return way.toReversed().flatMap(pathNames);
}
