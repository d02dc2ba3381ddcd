import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  engineEndpoint,
  engineVariables,
} from "../packages/testing/src/engines/engine-endpoint.ts";
import { packInto } from "../test/support/pack-packages.ts";
import { allCells, endCells } from "./compatibility/cells.ts";
import type { Outcome } from "./compatibility/checks.ts";
import {
  outcomeTable,
  rangeTable,
  refusalTable,
  setTable,
  staleRanges,
} from "./compatibility/document.ts";
import { factorsOf } from "./compatibility/factors.ts";
import { inTurns } from "./compatibility/in-turns.ts";
import {
  findNode,
  type NodeProgram,
  runningNode,
  supportedNodes,
  unsupportedNodes,
} from "./compatibility/nodes.ts";
import { collectRanges, readManifests } from "./compatibility/ranges.ts";
import { type CellResult, runCell } from "./compatibility/run-cell.ts";

const usage = `Usage:
  npm run compatibility               try everything, print the table and write docs/compatibility.md
  npm run compatibility -- --bounded  with this Node: everything at its oldest, everything at its newest
  npm run compatibility -- --check    only whether the page belongs to the ranges of today
Options:
  --cells N                           no more than the first N sets of versions; writes no page
Firestore and Postgres are tried where "npm run engines" or their variables lead to one.`;

const root = join(import.meta.dirname, "..");
const page = join(root, "docs", "compatibility.md");
const { values } = parseArgs({
  options: {
    bounded: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    cells: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const manifests = readManifests(root);
const ranges = collectRanges(manifests);
const factors = factorsOf(ranges);
const engines = manifests[0]?.engines?.node ?? "";

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

async function check(): Promise<void> {
  const stale = staleRanges(await readFile(page, "utf8").catch(() => ""), ranges, engines);
  if (stale.length === 0) {
    print("docs/compatibility.md belongs to the ranges of the packages.");
    return;
  }
  print("docs/compatibility.md was made for other ranges than the packages have:", ...stale);
  print('Run "npm run compatibility" beside the engines, and commit the page.');
  process.exitCode = 1;
}

/** Where the engines are that need a server. DynamoDB is the one that vitest starts in its process. */
function engineEnvironment(): Record<string, string> {
  return Object.fromEntries(
    (["firestore", "postgres"] as const).flatMap((name) => {
      const endpoint = engineEndpoint(name);
      return endpoint === undefined ? [] : [[engineVariables[name], endpoint]];
    }),
  );
}

async function run(): Promise<void> {
  const started = Date.now();
  const names = values.bounded ? [runningNode.name] : supportedNodes(engines);
  const nodes = new Map<string, NodeProgram>();
  for (const name of names) nodes.set(name, values.bounded ? runningNode : await findNode(name));
  const refusedNodes = values.bounded ? [] : await Promise.all(unsupportedNodes.map(findNode));
  const everything = values.bounded ? endCells(factors, names) : allCells(factors, names);
  const cells = everything.slice(0, Number(values.cells ?? everything.length));
  const folder = await mkdtemp(join(tmpdir(), "plinth-packed-"));
  const faults: string[] = [];
  let results: readonly CellResult[];
  try {
    const tarballs = await packInto(folder);
    const surroundings = { tarballs, factors, nodes, engines: engineEnvironment(), refusedNodes };
    results = await inTurns(cells, 2, async (cell) => {
      const result = await runCell(cell, surroundings).catch((error: unknown): CellResult => {
        // The other sets have something to say all the same.
        faults.push(`${JSON.stringify(cell.levels)}: ${String(error)}`);
        return { rows: [], refusals: [] };
      });
      process.stderr.write(
        `${String(Math.round((Date.now() - started) / 1_000))} s: one more set\n`,
      );
      return result;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const rows = results.flatMap((result) => result.rows);
  const refusals = results.flatMap((result) => result.refusals);
  const outcomes = outcomeTable(rows, factors);
  const sets = setTable(rows, factors);
  print(...outcomes, "", ...sets, "", ...refusalTable(refusals), "");

  const tried: readonly (readonly [string, Outcome])[] = [
    ...rows.flatMap(({ node, cell, outcomes: found }) =>
      Object.entries(found).map(
        ([what, outcome]) =>
          [`${what}, Node ${node.version}, ${JSON.stringify(cell.levels)}`, outcome] as const,
      ),
    ),
    ...refusals.map(
      ({ known, node, outcome }) => [`${known.what}, Node ${node.version}`, outcome] as const,
    ),
  ];
  const count = (status: Outcome["status"]) =>
    tried.filter(([, outcome]) => outcome.status === status).length;
  for (const [what, { status, message }] of tried) {
    if (status === "failed") print(`FAILED: ${what}`, message, "");
  }
  for (const fault of faults) print(`FAILED: ${fault}`, "");
  const failed = count("failed") + faults.length;
  const seconds = Math.round((Date.now() - started) / 1_000);
  print(
    `${count("green")} green, ${count("unsupported")} unsupported, ${count("not run")} not run, ${failed} failed, in ${seconds} s`,
  );
  if (failed > 0) process.exitCode = 1;
  else if (!values.bounded && values.cells === undefined) {
    if (count("not run") > 0) print("The page is not written: engines were missing.");
    else await writePage(outcomes, sets, refusalTable(refusals));
  }
}

async function writePage(
  outcomes: readonly string[],
  sets: readonly string[],
  refusals: readonly string[],
): Promise<void> {
  const head = await readFile(join(import.meta.dirname, "compatibility", "page.md"), "utf8");
  const parts: Readonly<Record<string, readonly string[]>> = {
    outcomes,
    sets,
    refusals,
    ranges: rangeTable(ranges, engines),
  };
  const text = head.replaceAll(/^\{(\w+)\}$/gm, (_, name: string) =>
    (parts[name] ?? []).join("\n"),
  );
  await writeFile(page, text);
  execFileSync("npx", ["--no-install", "oxfmt", page], { cwd: root });
  print("wrote docs/compatibility.md");
}

if (values.help) print(usage);
else if (values.check) await check();
else await run();
