import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Factor, type Level, versionAt } from "./factors.ts";
import { runProgram } from "./run-program.ts";

/** Programs that a project is made with; none of our packages asks for them. */
const tools: Readonly<Record<string, string>> = {
  "@types/node": "^22.0.0",
  esbuild: "^0.28.0",
  rolldown: "^1.0.0",
  tsx: "^4.20.0",
  typescript: "~7.0.2",
};

/** A service outside the repository, with nothing but npm. */
export class Project implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    /** What was installed, by name. */
    readonly versions: Readonly<Record<string, string>>,
  ) {}

  /**
   * Installs our packages beside these versions of others.
   *
   * @param tarballs our packages as npm would upload them, by name
   * @param levels how old each factor is
   * @throws {Error} With npm's output where it refuses.
   */
  static async create(
    tarballs: Readonly<Record<string, string>>,
    factors: readonly Factor[],
    levels: Readonly<Record<string, Level>>,
  ): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "plinth-compatibility-"));
    try {
      const wanted = factors.flatMap(({ name, ranges }) =>
        ranges.map((range) => ({ range, version: versionAt(range, levels[name] ?? "newest") })),
      );
      const peers = wanted.filter(({ range }) => !range.isBrought);
      const brought = wanted.filter(({ range }) => range.isBrought);
      await cp(join(import.meta.dirname, "project"), folder, { recursive: true });
      const manifest = {
        name: "lamps",
        private: true,
        type: "module",
        dependencies: {
          ...tarballs,
          ...tools,
          ...Object.fromEntries(peers.map(({ range, version }) => [range.name, version])),
        },
        // What our packages bring is as old as the cell says, too.
        overrides: Object.fromEntries(brought.map(({ range, version }) => [range.name, version])),
      };
      await writeFile(join(folder, "package.json"), JSON.stringify(manifest, undefined, 2));
      const flags = ["--no-audit", "--no-fund", "--ignore-scripts"];
      const { isSuccess, output } = await runProgram(
        "npm",
        ["install", ...flags],
        folder,
        // Which registry, cache and proxy there are is said by variables, too.
        { ...process.env, npm_config_loglevel: "error" },
      );
      if (!isSuccess) throw new Error(`npm install failed:\n${output}`);
      const names = [...wanted.map(({ range }) => range.name), ...Object.keys(tools)];
      const versions = await Promise.all(names.map((name) => installedVersion(folder, name)));
      return new Project(
        folder,
        Object.fromEntries(names.map((name, index) => [name, versions[index] ?? ""])),
      );
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function installedVersion(folder: string, name: string): Promise<string> {
  const file = join(folder, "node_modules", name, "package.json");
  const { version } = JSON.parse(await readFile(file, "utf8")) as { version: string };
  return version;
}
