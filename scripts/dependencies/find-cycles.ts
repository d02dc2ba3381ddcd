/**
 * Finds what depends on itself: the groups of nodes that reach each other (Tarjan's strongly connected
 * components), without the nodes that stand alone.
 *
 * @param graph What each node depends on.
 * @returns Each group with its nodes sorted; the groups sorted by their first node.
 */
export function findCycles(graph: ReadonlyMap<string, Iterable<string>>): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];

  const visit = (node: string): number => {
    const place = order.size;
    order.set(node, place);
    open.push(node);
    let low = place;
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, order.get(next) ?? place);
    }
    if (low === place) {
      const group = open.splice(open.indexOf(node));
      if (group.length > 1) cycles.push(group.toSorted());
    }
    return low;
  };

  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return cycles.toSorted(([left = ""], [right = ""]) => left.localeCompare(right));
}
