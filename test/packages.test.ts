import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, test } from "vitest";
import { packedPackage } from "./support/packed-package.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "..");
const packages = readdirSync(join(root, "packages")).map((folder) => {
  const manifest: { name: string; [field: string]: unknown } = JSON.parse(
    readFileSync(join(root, "packages", folder, "package.json"), "utf8"),
  );
  return { folder, name: manifest.name, manifest };
});

describe.each(packages)("$name", ({ folder, name, manifest }) => {
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
