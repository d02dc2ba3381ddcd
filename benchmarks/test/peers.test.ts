import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly resolved?: string }>
  >;
}

const folder = join(import.meta.dirname, "..");
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), "utf8"));
const lock = read(folder, "package-lock.json") as Lock;
const rootLock = read(folder, "..", "package-lock.json") as Lock;
const manifest = read(folder, "package.json") as Record<
  "dependencies" | "devDependencies",
  Record<string, string>
>;
const root = read(folder, "..", "package.json") as { workspaces: string[] };

describe("the peers", () => {
  test("are pinned, and no workspace brings them into every installation", () => {
    const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
    expect(root.workspaces).not.toContain("benchmarks");
  });

  test("are locked without the address of a registry", () => {
    const addresses = Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined);
    expect(addresses).toEqual([]);
  });

  // Otherwise the comparison would be one of versions.
  test.each(["fastify", "pino", "@aws-sdk/lib-dynamodb"])(
    "stand on the %s that Plinth has",
    (name) => {
      const own = lock.packages[`node_modules/${name}`]?.version;
      expect(own).toBe(rootLock.packages[`node_modules/${name}`]?.version);
    },
  );

  test.each([
    "zod",
    "pg",
    "@aws-sdk/client-dynamodb",
    "@google-cloud/firestore",
    "reflect-metadata",
  ])("have no %s of their own", (name) => {
    expect(lock.packages[`node_modules/${name}`]).toBeUndefined();
  });
});
