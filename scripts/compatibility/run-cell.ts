import type { Cell } from "./cells.ts";
import {
  bundle,
  bundleChecks,
  compile,
  type EngineVariables,
  type Outcome,
  programChecks,
  runForm,
  runTests,
} from "./checks.ts";
import type { Factor } from "./factors.ts";
import { isAtLeast, type NodeProgram } from "./nodes.ts";
import { Project } from "./project.ts";
import { runProgram } from "./run-program.ts";
import { type Unsupported, unsupported } from "./unsupported.ts";

/** What came out with one Node in one cell. */
export interface Row {
  readonly cell: Cell;
  readonly node: NodeProgram;
  /** What was installed, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** Something that does not work, as seen. */
export interface Refusal {
  readonly known: Unsupported;
  readonly node: NodeProgram;
  readonly outcome: Outcome;
}

/** What everything in a cell came to. */
export interface CellResult {
  readonly rows: readonly Row[];
  readonly refusals: readonly Refusal[];
}

/** What all cells have in common. */
export interface Surroundings {
  readonly tarballs: Readonly<Record<string, string>>;
  readonly factors: readonly Factor[];
  /** By the names that cells use. */
  readonly nodes: ReadonlyMap<string, NodeProgram>;
  readonly engines: EngineVariables;
  /** Those that are refused, tried where the newest versions are. */
  readonly refusedNodes: readonly NodeProgram[];
}

/** Installs the versions of a cell and tries everything with each of its Nodes. */
export async function runCell(cell: Cell, surroundings: Surroundings): Promise<CellResult> {
  const { tarballs, factors, nodes, engines, refusedNodes } = surroundings;
  await using project = await Project.create(tarballs, factors, cell.levels);
  const { folder, versions } = project;
  const types = await compile(folder);
  const bundled = cell.isBundled ? await bundle(folder) : undefined;
  const rows: Row[] = [];
  for (const name of cell.nodes) {
    const node = nodes.get(name);
    if (node === undefined) throw new Error(`There is no Node ${name}.`);
    const place = { folder, node, engines };
    const outcomes: Record<string, Outcome> = { types };
    for (const form of programChecks) {
      // It has no types to strip before 22.18 without a flag; `unsupported` shows what it says.
      const isKnown = form === "type stripping" && !isAtLeast(node.version, 22, 18);
      outcomes[form] = isKnown
        ? { status: "unsupported", message: "see below" }
        : await runForm(place, form);
    }
    for (const form of bundled === undefined ? [] : bundleChecks) {
      outcomes[form] =
        bundled?.status === "green" ? await runForm(place, form) : (bundled ?? types);
    }
    rows.push({ cell, node, versions, outcomes: { ...outcomes, ...(await runTests(place)) } });
  }
  const isNewest = Object.values(cell.levels).every((level) => level === "newest");
  const others = isNewest ? [...nodes.values(), ...refusedNodes] : [];
  const refusals: Refusal[] = [];
  for (const known of isNewest ? unsupported : []) {
    for (const node of others.filter((each) => known.node(each))) {
      refusals.push({ known, node, outcome: await tryRefused(folder, node, known) });
    }
  }
  return { rows, refusals };
}

async function tryRefused(
  folder: string,
  node: NodeProgram,
  { words, message, environment, what }: Unsupported,
): Promise<Outcome> {
  const { isSuccess, output } = await runProgram(node.path, words, folder, environment);
  const said = message.exec(output)?.[0];
  if (!isSuccess && said !== undefined) return { status: "unsupported", message: said };
  return {
    status: "failed",
    message: isSuccess ? `${what} works with Node ${node.version} now.` : output.trim(),
  };
}
