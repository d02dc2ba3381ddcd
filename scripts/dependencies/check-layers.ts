import { posix } from "node:path";
import type { PackageSources } from "./check-package.ts";
import { findCycles } from "./find-cycles.ts";
import { moduleImports } from "./module-imports.ts";

/**
 * Checks that the sources of a package form layers: no module reaches itself through its imports, types
 * included, and no folder reaches itself through imports of values. Lazy imports count for folders and
 * not for modules, which they do not load.
 *
 * @returns One sentence for each cycle; empty if there is none.
 */
export function checkLayers({ folder, sources }: PackageSources): string[] {
  const modules = new Map<string, Set<string>>();
  const folders = new Map<string, Set<string>>();
  for (const [file, source] of sources) {
    const here = layerOf(file, folder);
    const imports = setAt(modules, file);
    const layers = setAt(folders, here);
    for (const { specifier, kind } of moduleImports(file, source)) {
      if (!specifier.startsWith(".")) continue;
      const target = posix.join(posix.dirname(file), specifier);
      if (kind !== "dynamic") imports.add(target);
      if (kind !== "type" && layerOf(target, folder) !== here) layers.add(layerOf(target, folder));
    }
  }
  return [
    ...findCycles(modules).map((cycle) => `These modules import each other: ${cycle.join(", ")}.`),
    ...findCycles(folders).map(
      (cycle) => `These folders import values from each other: ${cycle.join(", ")}.`,
    ),
  ];
}

/** A module's folder. The package's index is a layer of its own: it stands above all the others. */
function layerOf(file: string, folder: string): string {
  return file === `${folder}/src/index.ts` ? file : posix.dirname(file);
}

function setAt(graph: Map<string, Set<string>>, node: string): Set<string> {
  const found = graph.get(node) ?? new Set();
  graph.set(node, found);
  return found;
}
