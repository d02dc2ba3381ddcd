import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LocalRegistry } from "./registry/local-registry.ts";
import { packPackages } from "./registry/pack-packages.ts";
import { publishablePackages } from "./registry/publishable-packages.ts";
import { publishLocally, scope } from "./registry/publish-locally.ts";
import { runProgram } from "./registry/run-program.ts";
import { strangerEnvironment } from "./registry/stranger-environment.ts";
import { audit, type AuditResult } from "./sizes/audit.ts";
import { type Installation, installAlone, surprises } from "./sizes/install-alone.ts";
import { type LockFile, lockedClosure } from "./sizes/locked-closure.ts";
import { noteFault, type Size, updateNote } from "./sizes/size-notes.ts";

const usage = `Usage:
  npm run sizes               install each package alone, print what comes along, and check it
  npm run sizes -- --update   write the numbers into the READMEs`;

const root = join(import.meta.dirname, "..");
const packages = publishablePackages(root);
const optionalPeers = new Set(
  packages.flatMap(({ manifest }) =>
    Object.entries(manifest.peerDependenciesMeta ?? {}).flatMap(([name, { optional }]) =>
      optional === true ? [name] : [],
    ),
  ),
);
/** What is installed together: the two that are meant to be used alone, and each package. */
const cases: readonly (readonly string[])[] = [
  ["@plinth/config", "@plinth/core"],
  ...packages.map(({ name }) => [name]),
];

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

interface Measured {
  readonly names: readonly string[];
  readonly size: Size;
  readonly installation: Installation;
  readonly faults: readonly string[];
  readonly audit: AuditResult;
}

async function measureAll(folder: string): Promise<Measured[]> {
  const home = join(folder, "home");
  await mkdir(home);
  const lock: LockFile = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  const stranger = await strangerEnvironment(home);
  const own = process.env as Record<string, string>;
  await runProgram("npm", ["run", "build"], { folder: root, environment: own });
  const tarballs = await packPackages(root, join(folder, "tarballs"));
  await using registry = await LocalRegistry.start();
  await publishLocally(registry, tarballs.values(), stranger, home);
  const environment = { ...stranger.environment, ...registry.environment(scope) };

  const measured: Measured[] = [];
  for (const names of cases) {
    const closure = lockedClosure(lock, names);
    const alone = { ...stranger, environment };
    const installation = await installAlone(names, closure, alone, folder);
    measured.push({
      names,
      size: {
        title: names.join(" "),
        count: installation.packages.length,
        bytes: installation.bytes,
      },
      installation,
      faults: surprises(installation, closure, optionalPeers),
      audit: await audit(installation.folder, alone),
    });
  }
  return measured;
}

/** The pages that say something about a size, and in which form. */
function notesOf({ names }: Measured): { page: string; kind: "sentence" | "row" }[] {
  const alone = packages.filter(({ name }) => names.length === 1 && names[0] === name);
  return [
    { page: "README.md", kind: "row" },
    ...alone.map(({ folder }) => {
      return { page: `packages/${folder}/README.md`, kind: "sentence" as const };
    }),
  ];
}

async function judge(measured: readonly Measured[], isUpdate: boolean): Promise<string[]> {
  const faults: string[] = [];
  for (const one of measured) {
    const { title, count, bytes } = one.size;
    const others = new Set(one.installation.packages.map(({ name }) => name));
    print(
      `${title.padEnd(32)} ${String(count).padStart(4)} packages ${(bytes / 1e6).toFixed(1).padStart(6)} MB`,
    );
    if (others.size <= 12) print(`  ${[...others].join(", ")}`);
    faults.push(...one.faults.map((fault) => `${title}: ${fault}`));
    for (const { page, kind } of notesOf(one)) {
      const text = await readFile(join(root, page), "utf8");
      const updated = isUpdate ? updateNote(text, one.size, kind) : text;
      if (updated !== text) await writeFile(join(root, page), updated);
      const fault = noteFault(updated, one.size, kind);
      if (fault !== undefined) faults.push(`${page}: ${fault}`);
    }
    if (one.audit.answered) {
      faults.push(...one.audit.severe.map((name) => `${title}: npm audit reports ${name}.`));
    }
  }
  return faults;
}

const { values } = parseArgs({
  options: { help: { type: "boolean" }, update: { type: "boolean", default: false } },
});
if (values.help === true) {
  print(usage);
} else {
  const folder = await mkdtemp(join(tmpdir(), "plinth-sizes-"));
  try {
    const measured = await measureAll(folder);
    const faults = await judge(measured, values.update);
    const unanswered = measured.flatMap(({ audit }) => (audit.answered ? [] : [audit.reason]))[0];
    print(
      unanswered === undefined
        ? "npm audit: no finding that is high or critical, except those listed below."
        : `npm audit: NOT CHECKED, ${unanswered}.`,
    );
    print(...faults.map((fault) => `FAILED  ${fault}`));
    process.exitCode = faults.length === 0 ? 0 : 1;
  } catch (error) {
    print(`FAILED  ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
