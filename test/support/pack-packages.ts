import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { publishablePackages } from "../../scripts/registry/publishable-packages.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");

declare module "vitest" {
  interface ProvidedContext {
    /** The packed packages, as npm would upload them, or why there are none. */
    packed: { readonly tarballs: Readonly<Record<string, string>>; readonly fault?: string };
  }
}

/** Builds and packs all packages, once for all the tests that look at what a user installs. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-packed-"));
  try {
    project.provide("packed", { tarballs: await packInto(folder) });
  } catch (error) {
    // Only the tests that need the packages should fail, and each should say why.
    project.provide("packed", { tarballs: {}, fault: describe(error) });
  }
  return () => rm(folder, { recursive: true, force: true });
}

/** Builds all packages and packs them into a folder. @returns the tarballs by package */
export async function packInto(folder: string): Promise<Record<string, string>> {
  // What an earlier build left behind of files that are gone must not be packed.
  const packages = publishablePackages(root).map(({ folder: name }) => name);
  await Promise.all(
    packages.map((name) =>
      rm(join(root, "packages", name, "dist"), { recursive: true, force: true }),
    ),
  );
  await execute("npm", ["run", "--silent", "build"], { cwd: root });
  const workspaces = packages.flatMap((name) => ["--workspace", `packages/${name}`]);
  const { stdout } = await execute(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, ...workspaces],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  );
  const report: unknown = JSON.parse(stdout);
  const packed: { name: string; filename: string }[] = Object.values(report ?? {});
  return Object.fromEntries(packed.map(({ name, filename }) => [name, join(folder, filename)]));
}

function describe(error: unknown): string {
  const output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
  return `${String(error)}\n${output}`;
}
