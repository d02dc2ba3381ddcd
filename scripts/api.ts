import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { apiEntries, type ApiEntry } from "./api/api-entries.ts";
import { apiReports } from "./api/api-reports.ts";
import { lineDifferences } from "./api/line-differences.ts";
import { unexportedTypes } from "./api/unexported-types.ts";

const { values } = parseArgs({
  options: {
    /** Tells what is not current instead of writing it. */
    check: { type: "boolean", default: false },
    /** Where the repository is. */
    root: { type: "string", default: join(import.meta.dirname, "..") },
  },
});
const { check, root } = values;
const maxLines = 20;

function kept(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Reports of entries that are gone. */
function leftovers(entries: readonly ApiEntry[]): string[] {
  const wanted = new Set(
    entries.map(({ reportFolder, reportFile }) => join(reportFolder, reportFile)),
  );
  const folders = new Set(entries.map(({ reportFolder }) => reportFolder));
  return [...folders]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((path) => !wanted.has(path));
}

// The reports say what was built, so the build has to be that of the present sources.
const { status } = spawnSync("npx", ["--no-install", "tsc", "-b", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) {
  console.error("The packages do not build, so there is nothing to report on.");
  process.exit(1);
}

const entries = apiEntries(root);
let stale = 0;
let faulty = 0;
for (const { entry, text, faults } of apiReports(entries, unexportedTypes)) {
  for (const fault of faults) console.error(`${entry.specifier}: ${fault}`);
  faulty += faults.length;
  const path = join(entry.reportFolder, entry.reportFile);
  const before = kept(path);
  if (faults.length > 0 || before === text) continue;
  stale += 1;
  if (check) {
    const lines = lineDifferences(before, text);
    console.error(`${entry.specifier} exports something else than ${relative(root, path)} says:`);
    for (const line of lines.slice(0, maxLines)) console.error(`  ${line}`);
    if (lines.length > maxLines) console.error(`  … and ${lines.length - maxLines} more lines`);
  } else {
    mkdirSync(entry.reportFolder, { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${relative(root, path)}`);
  }
}
for (const path of leftovers(entries)) {
  stale += 1;
  if (check) console.error(`${relative(root, path)} belongs to nothing that is exported.`);
  else rmSync(path);
}
if (check && stale > 0) {
  console.error(
    '\nRun "npm run api", read what changed for users in the diff, and commit it with your change.',
  );
}
if (stale + faulty === 0) console.log(`The reports of ${entries.length} entries are current.`);
process.exitCode = faulty > 0 || (check && stale > 0) ? 1 : 0;
