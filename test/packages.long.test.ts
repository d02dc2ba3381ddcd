import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, test } from "vitest";
import { publishablePackages } from "../scripts/registry/publishable-packages.ts";
import { packedPackage } from "./support/packed-package.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "..");

describe.each(publishablePackages(root))("$name", ({ folder, name, manifest }) => {
  test("says what npm and its users want to know", () => {
    expect(manifest).toMatchObject({
      license: "MIT",
      type: "module",
      description: expect.stringMatching(/^\w.{20,}\.$/),
      keywords: expect.arrayContaining(["typescript"]),
      sideEffects: expect.anything(),
      engines: { node: "^20.19.0 || >=22.12.0" },
      publishConfig: { access: "public", provenance: true },
      repository: {
        type: "git",
        url: "git+https://github.com/plinth-framework/plinth.git",
        directory: `packages/${folder}`,
      },
    });
    expect(manifest).not.toHaveProperty("private");
    // A script that npm runs on install is something the user did not ask for.
    expect(manifest).not.toHaveProperty("scripts");
  });

  test("packs what runs, what it was made from, and nothing else", async () => {
    const { stdout } = await execute("tar", ["-tzf", packedPackage(name)]);
    const files = stdout.trim().split("\n");
    const required = [
      "README.md",
      "LICENSE",
      "package.json",
      "dist/index.js",
      "dist/index.d.ts",
      "dist/index.js.map",
      "src/index.ts",
    ];
    expect(required.filter((file) => !files.includes(`package/${file}`))).toEqual([]);
    const expected =
      /^package\/(?:README\.md|LICENSE|package\.json|dist\/.+\.(?:js|d\.ts)(?:\.map)?|src\/.+\.ts)$/;
    expect(files.filter((file) => !expected.test(file))).toEqual([]);
    expect(files.filter((file) => /\.test\.|\/test\//.test(file))).toEqual([]);
  });

  test("its declarations refer to no package that is not published", async () => {
    const { stdout } = await execute(
      "tar",
      ["-xzOf", packedPackage(name), "--wildcards", "*.d.ts"],
      {
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    expect(stdout).not.toContain("@plinth/support");
  });

  // State and classes that two subpaths have in common would otherwise be there twice.
  test("has each of its modules in one built file alone", async () => {
    const unpacked = await mkdtemp(join(tmpdir(), "plinth-built-"));
    try {
      await execute("tar", ["-xzf", packedPackage(name), "-C", unpacked]);
      const dist = join(unpacked, "package", "dist");
      const places = new Map<string, string[]>();
      const files = await readdir(dist, { recursive: true });
      for (const file of files.filter((each) => each.endsWith(".js.map"))) {
        const map = join(dist, file);
        const { sources }: { sources: string[] } = JSON.parse(await readFile(map, "utf8"));
        for (const source of sources.map((each) => join(dirname(map), each))) {
          places.set(source, [...(places.get(source) ?? []), file]);
        }
      }
      // Without any, every module would be in one file at most.
      expect(places.size).toBeGreaterThan(10);
      expect([...places].filter(([, found]) => found.length > 1)).toEqual([]);
    } finally {
      await rm(unpacked, { recursive: true });
    }
  });

  test("publint finds nothing", async () => {
    const tarball = await readFile(packedPackage(name));
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(tarball).buffer },
      strict: true,
    });
    const text = messages.map((message) => formatMessage(message, pkg, { color: false }));
    expect(text).toEqual([]);
  });

  test("its types resolve as its code does, for ESM and for require of ESM", async () => {
    const words = ["--no-install", "attw", packedPackage(name), "--profile", "esm-only"];
    const options = ["--format", "ascii", "--no-color", "--no-emoji"];
    await execute("npx", [...words, ...options], { cwd: root }).catch((error: unknown) => {
      throw new Error(error instanceof Error && "stdout" in error ? String(error.stdout) : "attw", {
        cause: error,
      });
    });
  });
});
