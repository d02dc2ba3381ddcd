import type { Definition } from "./definition.ts";
import { edgesOf, type Graph } from "./graph.ts";

/** The definitions, each after its dependencies, and the cycles that prevent such an order. */
export interface GraphOrder {
  readonly order: readonly Definition[];
  /** Each from the definition that closes the cycle to the last one before it, in order of dependency. */
  readonly cycles: readonly (readonly Definition[])[];
}

interface Visit {
  readonly definition: Definition;
  readonly next: Iterator<Definition>;
}

function* dependenciesOf(graph: Graph, definition: Definition): Generator<Definition> {
  for (const edge of edgesOf(graph, definition)) if (!edge.later) yield* edge.definitions;
}

/**
 * Orders a graph depth first, in the order of the bindings. Visits every edge once, with its own stack: a long
 * chain of dependencies must not overflow the call stack.
 */
export function orderGraph(graph: Graph): GraphOrder {
  const order: Definition[] = [];
  const cycles: Definition[][] = [];
  const done = new Set<Definition>();
  const position = new Map<Definition, number>();
  const stack: Visit[] = [];
  const enter = (definition: Definition): void => {
    position.set(definition, stack.length);
    stack.push({ definition, next: dependenciesOf(graph, definition) });
  };
  for (const root of graph.definitions) {
    if (done.has(root)) continue;
    enter(root);
    for (let visit = stack.at(-1); visit !== undefined; visit = stack.at(-1)) {
      const { done: finished, value } = visit.next.next();
      if (finished === true) {
        stack.pop();
        position.delete(visit.definition);
        done.add(visit.definition);
        order.push(visit.definition);
        continue;
      }
      const from = position.get(value);
      if (from !== undefined) cycles.push(stack.slice(from).map(({ definition }) => definition));
      else if (!done.has(value)) enter(value);
    }
  }
  return { order, cycles };
}
