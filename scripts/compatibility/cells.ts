import type { Factor, Level } from "./factors.ts";
import { isAtLeast } from "./nodes.ts";
import { type Combination, pairwise } from "./pairwise.ts";

/** Versions that are installed together, and the Nodes that run with them. */
export interface Cell {
  readonly levels: Readonly<Record<string, Level>>;
  /** Names of Nodes. */
  readonly nodes: readonly string[];
  /** Whether bundles are made of it as well. */
  readonly isBundled: boolean;
}

/** Node 20 runs a newest vitest until a test fails; so there the newest is that of major 4. */
function vitestFor(node: string): Level {
  return isAtLeast(node.includes(".") ? node : `${node}.999`, 22, 12) ? "newest" : "middle";
}

function everythingAt(factors: readonly Factor[], level: Level): Record<string, Level> {
  return Object.fromEntries(factors.map(({ name }) => [name, level]));
}

/**
 * Everything at its oldest and everything at its newest, with each Node; and as many mixtures of both
 * as it takes for every two versions, of a package each or of Node, to meet.
 */
export function allCells(factors: readonly Factor[], nodes: readonly string[]): Cell[] {
  const ends = endCells(factors, nodes);
  const combinations = ends.flatMap(({ levels, nodes: own }) =>
    own.map((node): Combination => ({ node, ...levels })),
  );
  const values = {
    node: nodes,
    ...Object.fromEntries(factors.map(({ name, levels }) => [name, levels])),
  };
  const isPossible = ({ node, vitest }: Combination): boolean =>
    node === undefined || vitest !== "newest" || vitestFor(node) === "newest";
  const mixtures = pairwise(values, combinations, isPossible).map(({ node = "", ...levels }) => ({
    levels: levels as Record<string, Level>,
    nodes: [node],
    isBundled: false,
  }));
  return [...ends, ...mixtures];
}

/** Everything at its oldest and everything at its newest. */
export function endCells(factors: readonly Factor[], nodes: readonly string[]): Cell[] {
  const oldest = { levels: everythingAt(factors, "oldest"), nodes, isBundled: true };
  const newest = everythingAt(factors, "newest");
  const cells = (["newest", "middle"] as const).map((vitest) => ({
    levels: { ...newest, vitest },
    nodes: nodes.filter((node) => vitestFor(node) === vitest),
    isBundled: true,
  }));
  return [oldest, ...cells].filter((cell) => cell.nodes.length > 0);
}
