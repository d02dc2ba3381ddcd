import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publishablePackages } from "../scripts/registry/publishable-packages.ts";
import { checkContents, type Expectations } from "../scripts/release/check-contents.ts";
import { unpack } from "../scripts/release/unpack.ts";
import { packedPackage } from "./support/packed-package.ts";

const root = join(import.meta.dirname, "..");
const packages = publishablePackages(root);
const { engines }: { engines: unknown } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);
const common = {
  license: readFileSync(join(root, "LICENSE"), "utf8"),
  versions: new Map(packages.map(({ name, manifest }) => [name, manifest.version])),
  engines,
  secrets: [root],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plinth-contents-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(packages)("what is packed of $name can be released", async ({ name, folder: own }) => {
  const unpacked = await unpack(packedPackage(name), join(folder, own));
  expect(checkContents(unpacked, { ...common, folder: own })).toEqual([]);
});

describe("what could go wrong with a package is found", () => {
  const name = "@plinth/core";
  const expectations: Expectations = { ...common, folder: "core" };
  let unpacked: string;
  let count = 0;

  beforeAll(async () => {
    unpacked = await unpack(packedPackage(name), join(folder, "original"));
  });

  /** What is found in a copy that was changed. */
  function faultsAfter(change: (copy: string) => void): string[] {
    const copy = join(folder, `copy-${count++}`);
    cpSync(unpacked, copy, { recursive: true });
    change(copy);
    return checkContents(copy, expectations);
  }

  function changeManifest(copy: string, fields: object): void {
    const file = join(copy, "package.json");
    const manifest: object = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...manifest, ...fields }));
  }

  test.each<[string, object, string | RegExp]>([
    ["another version", { version: "9.9.9" }, /^version is not/],
    ["another repository", { repository: "github:another/owner" }, /^repository is not/],
    ["no provenance", { publishConfig: { access: "public" } }, /^publishConfig is not/],
    ["a script on install", { scripts: { postinstall: "true" } }, "scripts is not absent."],
    ["a workspace range", { dependencies: { zod: "workspace:^" } }, /zod is wanted/],
    ["any version", { dependencies: { zod: "*" } }, /zod is wanted/],
    ["an exact sibling", { dependencies: { "@plinth/data": "0.0.0" } }, /@plinth\/data is wanted/],
    ["a sibling that stays", { dependencies: { "@plinth/no": "^1.0.0" } }, /is not published/],
    ["an export of nothing", { exports: { ".": "./dist/no.js" } }, /leads to \.\/dist\/no\.js/],
    ["a program of nothing", { bin: { it: "./dist/no.js" } }, /leads to \.\/dist\/no\.js/],
    ["droppable effects", { sideEffects: false }, /reflect-metadata for its effect/],
    ["effects of nothing", { sideEffects: ["./dist/no.js"] }, "sideEffects names dist/no.js"],
  ])("%s", (_, fields, fault) => {
    const faults = faultsAfter((copy) => changeManifest(copy, fields));
    expect(faults).toContainEqual(
      typeof fault === "string" ? expect.stringContaining(fault) : expect.stringMatching(fault),
    );
  });

  test.each<[string, (copy: string) => void, string]>([
    ["no licence", (copy) => rmSync(join(copy, "LICENSE")), "LICENSE is missing."],
    [
      "another licence",
      (copy) => writeFileSync(join(copy, "LICENSE"), "Mine."),
      "LICENSE is not that of the repository.",
    ],
    [
      "another README",
      (copy) => writeFileSync(join(copy, "README.md"), "# It\n"),
      "README.md does not begin with the name of the package.",
    ],
    [
      "a test",
      (copy) => writeFileSync(join(copy, "dist", "app.test.js"), ""),
      "dist/app.test.js belongs to the tests.",
    ],
    [
      "a forgotten file",
      (copy) => writeFileSync(join(copy, ".env"), ""),
      ".env is not meant to be there.",
    ],
    [
      "a source that its map leads to",
      (copy) => rmSync(join(copy, "src", "app", "create-app.ts")),
      "dist/index.js.map leads to src/app/create-app.ts, which is not in the package.",
    ],
    [
      "no map",
      (copy) => rmSync(join(copy, "dist", "index.js.map")),
      "dist/index.js has no source map.",
    ],
    [
      "a path of this machine",
      (copy) => writeFileSync(join(copy, "src", "where.ts"), `export const at = "${root}/x";`),
      "src/where.ts names a path of this machine.",
    ],
  ])("%s", (_, change, fault) => {
    expect(faultsAfter(change)).toContain(fault);
  });
});
