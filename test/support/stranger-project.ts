import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packedPackage } from "./packed-package.ts";

const execute = promisify(execFile);
const exampleSources = join(import.meta.dirname, "..", "..", "examples", "thing-service", "src");

/** A project that has nothing but npm: outside the repository, so that nothing is found by luck. */
export class StrangerProject implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  /**
   * Makes an empty project and installs packages into it.
   *
   * @param ours Our packages; their tarballs are installed.
   * @param others What else is installed, as `npm install` takes it.
   */
  static async create(
    ours: readonly string[],
    others: readonly string[],
  ): Promise<StrangerProject> {
    const project = new StrangerProject(await mkdtemp(join(tmpdir(), "plinth-stranger-")));
    try {
      await project.write("package.json", { name: "stranger", private: true, type: "module" });
      const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
      await project.run("npm", ["install", ...flags, ...ours.map(packedPackage), ...others]);
      return project;
    } catch (error) {
      await project[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Copies the example's sources, without the fixtures that it publishes for tests. */
  async copyThingService(): Promise<void> {
    await cp(exampleSources, join(this.folder, "src"), {
      recursive: true,
      filter: (source) => source !== join(exampleSources, "testing"),
    });
  }

  /** Writes a file; anything but a text becomes JSON. */
  async write(name: string, content: string | object): Promise<void> {
    const text = typeof content === "string" ? content : JSON.stringify(content, undefined, 2);
    await writeFile(join(this.folder, name), text);
  }

  /**
   * Runs a program in the project.
   *
   * @throws {Error} With all its output where it fails.
   */
  async run(program: string, programArguments: readonly string[]): Promise<string> {
    try {
      const options = { cwd: this.folder, maxBuffer: 64 * 1024 * 1024 };
      const { stdout } = await execute(program, programArguments, options);
      return stdout;
    } catch (error) {
      if (!(error instanceof Error && "stdout" in error && "stderr" in error)) throw error;
      throw new Error(`${error.message}\n${String(error.stdout)}\n${String(error.stderr)}`, {
        cause: error,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
