import { describe, expect, test } from "vitest";
import { readAudit } from "../scripts/sizes/audit.ts";
import { surprises } from "../scripts/sizes/install-alone.ts";
import { lockedClosure } from "../scripts/sizes/locked-closure.ts";
import { noteFault, type Size, updateNote } from "../scripts/sizes/size-notes.ts";

const lock = {
  packages: {
    "node_modules/@plinth/ours": { resolved: "packages/ours", link: true },
    "packages/ours": {
      version: "0.0.0",
      dependencies: { logger: "^1.0.0" },
      peerDependencies: { schema: "^4.0.0", cloud: "^3.0.0" },
      peerDependenciesMeta: { cloud: { optional: true } },
    },
    "node_modules/logger": { version: "1.2.0", dependencies: { colors: "^1.0.0" } },
    "node_modules/logger/node_modules/colors": { version: "1.0.0" },
    "node_modules/colors": { version: "2.0.0" },
    "node_modules/schema": { version: "4.1.0", optionalDependencies: { native: "^1.0.0" } },
    "node_modules/native": { version: "1.0.0", os: ["plan9"] },
    "node_modules/cloud": { version: "3.0.0" },
  },
};

function installed(...packages: readonly (readonly [string, string])[]) {
  return {
    folder: "",
    bytes: 0,
    packages: packages.map(([name, version]) => ({ name, version, hasInstallScript: false })),
  };
}

describe("what comes along", () => {
  const closure = lockedClosure(lock, ["@plinth/ours"]);
  const asDeclared = [
    ["@plinth/ours", "0.0.0"],
    ["logger", "1.2.0"],
    ["colors", "1.0.0"],
    ["schema", "4.1.0"],
  ] as const;
  const found = (...packages: readonly (readonly [string, string])[]): string[] =>
    surprises(installed(...packages), closure, new Set(["cloud"]));

  test("is what is declared, of this machine or of another, and no optional peer", () => {
    expect([...closure.versions.keys()].toSorted()).toEqual(
      ["@plinth/ours", "colors", "logger", "native", "schema"].toSorted(),
    );
    expect([...(closure.versions.get("colors") ?? [])]).toEqual(["1.0.0"]);
    expect([...closure.needed].toSorted()).toEqual(["@plinth/ours", "colors", "logger", "schema"]);
    expect(found(...asDeclared)).toEqual([]);
  });

  test("an optional peer is a surprise, and so is an undeclared package", () => {
    expect(found(...asDeclared, ["cloud", "3.0.0"], ["left-pad", "1.0.0"])).toEqual([
      "cloud came along, which is an optional peer.",
      "left-pad came along, which is nothing that was declared.",
    ]);
  });

  test("another version is a surprise, and so is what did not come", () => {
    const [ours, , colors, schema] = asDeclared;
    expect(found(ours, colors, schema)).toEqual(["logger was declared and did not come."]);
    expect(found(ours, ["logger", "1.3.0"], colors, schema)).toHaveLength(1);
  });

  test("a script on installation is one, too", () => {
    const [first, ...rest] = installed(...asDeclared).packages;
    const packages = [{ ...first!, hasInstallScript: true }, ...rest];
    expect(surprises({ folder: "", bytes: 0, packages }, closure, new Set())).toEqual([
      "@plinth/ours runs a script on installation.",
    ]);
  });

  test("what the lock file does not have cannot be judged", () => {
    expect(() => lockedClosure({ packages: {} }, ["@plinth/ours"])).toThrow(/npm install/);
  });
});

describe("the numbers in a README", () => {
  const size: Size = { title: "@plinth/core", count: 18, bytes: 8_600_000 };
  const page = (count: number, size: string): string =>
    `text\n\nInstalled alone: ${count} packages, ${size} MB.\n\n| \`@plinth/core\` |  ${count} |  ${size} MB |\n`;

  test.each(["sentence", "row"] as const)("as a %s: true within a tenth, or wrong", (kind) => {
    expect(noteFault(page(18, "8.6"), size, kind)).toBeUndefined();
    expect(noteFault(page(18, "9.3"), size, kind)).toBeUndefined();
    expect(noteFault(page(18, "9.9"), size, kind)).toContain("8.6 MB");
    expect(noteFault(page(17, "8.6"), size, kind)).toContain("18");
    expect(noteFault("text", size, kind)).toContain("There has to be a line");
  });

  test.each(["sentence", "row"] as const)("as a %s: put right where it is wrong", (kind) => {
    expect(noteFault(updateNote(page(3, "1.0"), size, kind), size, kind)).toBeUndefined();
    expect(updateNote(page(18, "9.0"), size, kind)).toBe(page(18, "9.0"));
  });
});

describe("what npm audit prints", () => {
  test("severe findings are named, others are not", () => {
    const vulnerabilities = {
      a: { severity: "high" },
      b: { severity: "moderate" },
      c: { severity: "critical" },
    };
    const report = JSON.stringify({ vulnerabilities });
    expect(readAudit(report)).toEqual({ answered: true, severe: ["a (high)", "c (critical)"] });
  });

  test("no answer is not the answer that all is well", () => {
    expect(readAudit('{"message":"…","statusCode":405,"body":""}')).toEqual({
      answered: false,
      reason: "the registry answered with 405",
    });
    expect(readAudit("")).toMatchObject({ answered: false });
  });
});
