import { join } from "node:path";
import { expect, test } from "vitest";
import { checkLayers } from "../scripts/dependencies/check-layers.ts";
import { checkPackage, type Manifest } from "../scripts/dependencies/check-package.ts";
import { readPackages } from "../scripts/dependencies/read-packages.ts";

test("the packages as they stand keep the rules", () => {
  const packages = readPackages(join(import.meta.dirname, ".."));
  expect(packages.map(({ manifest }) => manifest.name)).toContain("@plinth/core");
  expect(packages.flatMap(checkPackage)).toEqual([]);
  expect(packages.flatMap(checkLayers)).toEqual([]);
});

const data: Manifest = {
  name: "@plinth/data",
  dependencies: { "@plinth/core": "0.0.0" },
  devDependencies: { "@plinth/support": "*" },
  peerDependencies: { zod: "4", vitest: "4", "@aws-sdk/client-dynamodb": "3" },
  peerDependenciesMeta: {
    vitest: { optional: true },
    "@aws-sdk/client-dynamodb": { optional: true },
  },
};

function violations(source: string, file = "packages/data/src/driver/driver.ts"): string[] {
  const sources = new Map([[file, source]]);
  return checkPackage({ folder: "packages/data", manifest: data, sources });
}

test.each([
  ['import { z } from "zod";'],
  ['import { a } from "@plinth/core/errors";'],
  ['import { a } from "@plinth/support/signal-followers";'],
  ['import { a } from "./other.ts";\nexport { b } from "../index.ts";'],
  ['import { readFile } from "node:fs/promises";'],
  ['import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";'],
  ['const sdk = await import("@aws-sdk/client-dynamodb");'],
])("%s is allowed", (source) => {
  expect(violations(source)).toEqual([]);
});

test("vitest may be loaded by those who import the conformance suite", () => {
  const file = "packages/data/src/conformance/create.ts";
  expect(violations('import { test } from "vitest";', file)).toEqual([]);
  expect(violations('import { test } from "vitest";')).toHaveLength(1);
});

test.each([
  ['import { a } from "@plinth/http";', "@plinth/data must not use @plinth/http"],
  ['import type { A } from "@plinth/testing";', "@plinth/data must not use @plinth/testing"],
  ['export { a } from "@plinth/config";', "@plinth/data must not use @plinth/config"],
  ['await import("@plinth/config");', "@plinth/data must not use @plinth/config"],
  ['import { a } from "@plinth/data/memory";', "is this package itself"],
  ['import { a } from "../../../core/src/index.ts";', "leads out of packages/data/src"],
  ['import { a } from "../../test/helper.ts";', "leads out of packages/data/src"],
  ['import { a } from "fastify";', "fastify is not declared"],
  ['import { a } from "fs";', "write node:fs"],
  ['import { A } from "@aws-sdk/client-dynamodb";', "is an optional peer"],
  ['import { type A } from "@aws-sdk/client-dynamodb";', "is an optional peer"],
  ['export * from "@aws-sdk/client-dynamodb";', "is an optional peer"],
])("%s is a violation", (source, message) => {
  expect(violations(`// first line\n${source}`)).toEqual([
    expect.stringMatching(/^packages\/data\/src\/driver\/driver\.ts:2: /),
  ]);
  expect(violations(source)[0]).toContain(message);
});

test("a dependency of the manifest counts without any import", () => {
  const manifest = { name: "@plinth/core", dependencies: { "@plinth/testing": "0.0.0" } };
  const checked = { folder: "packages/core", manifest, sources: new Map<string, string>() };
  expect(checkPackage(checked)).toEqual([
    "packages/core/package.json: @plinth/core must not depend on @plinth/testing.",
  ]);
});

test("what is bundled is no dependency of those who install the package", () => {
  const dependencies = { "@plinth/support": "0.0.0" };
  const manifest = { name: "@plinth/core", dependencies };
  const source = 'import { a } from "@plinth/support/secret-names";';
  const sources = new Map([["packages/core/src/a.ts", source]]);
  expect(checkPackage({ folder: "packages/core", manifest, sources })).toEqual([
    "packages/core/package.json: @plinth/core must not depend on @plinth/support.",
    expect.stringContaining("@plinth/support is not among the devDependencies"),
  ]);
});

test("a new package must state what it may use", () => {
  const checked = { folder: "packages/new", manifest: { name: "@plinth/new" }, sources: new Map() };
  expect(checkPackage(checked)).toEqual([expect.stringContaining("@plinth/new has no row")]);
});

function cyclesOf(files: Record<string, string>): string[] {
  const sources = new Map(
    Object.entries(files).map(([name, source]) => [`packages/data/src/${name}`, source]),
  );
  return checkLayers({ folder: "packages/data", manifest: data, sources });
}

test("modules may not import each other, not even types", () => {
  const files = {
    "driver/a.ts": 'import type { B } from "./b.ts";',
    "driver/b.ts": 'import { c } from "../memory/c.ts";',
    "memory/c.ts": 'import type { A } from "../driver/a.ts";',
  };
  expect(cyclesOf(files)).toEqual([
    "These modules import each other: packages/data/src/driver/a.ts, packages/data/src/driver/b.ts, packages/data/src/memory/c.ts.",
  ]);
  expect(cyclesOf({ ...files, "memory/c.ts": "" })).toEqual([]);
});

test("folders may not import values from each other, not even lazily", () => {
  const files = {
    "driver/a.ts": 'import { c } from "../memory/c.ts";',
    "driver/b.ts": "",
    "memory/c.ts": "",
    "memory/d.ts": 'const b = await import("../driver/b.ts");',
  };
  expect(cyclesOf(files)).toEqual([
    "These folders import values from each other: packages/data/src/driver, packages/data/src/memory.",
  ]);
  expect(cyclesOf({ ...files, "memory/d.ts": 'import type { B } from "../driver/b.ts";' })).toEqual(
    [],
  );
});

test("the index may export what imports from beside it", () => {
  const files = {
    "index.ts": 'export { a } from "./driver/a.ts";',
    "error.ts": "",
    "driver/a.ts": 'import { e } from "../error.ts";',
  };
  expect(cyclesOf(files)).toEqual([]);
});
