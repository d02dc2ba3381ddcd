import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { requireSupportedNode } from "../src/require-supported-node.ts";

const refused = ["18.20.8", "20.18.3", "21.7.3", "22.11.0"];
const accepted = ["20.19.0", "20.20.2", "22.12.0", "22.23.3", "23.0.0", "24.0.0", "26.10.0"];

test.each(refused)("Node %s is refused by name", (node) => {
  expect(() => requireSupportedNode("@plinth/core", { node })).toThrow(
    `@plinth/core needs Node 20.19 or later of Node 20, or Node 22.12 or later, and this is Node ${node}.`,
  );
});

test.each(accepted)("Node %s is accepted", (node) => {
  expect(() => requireSupportedNode("@plinth/core", { node })).not.toThrow();
});

test("a runtime that is not Node is not refused", () => {
  expect(() => requireSupportedNode("@plinth/core", {})).not.toThrow();
  expect(() => requireSupportedNode("@plinth/core", undefined)).not.toThrow();
});

test.each(["core", "config"])("the check agrees with `engines` of %s", (name) => {
  const manifest = readFileSync(new URL(`../../${name}/package.json`, import.meta.url), "utf8");
  const { engines } = JSON.parse(manifest) as { engines: object };
  expect(engines).toEqual({ node: "^20.19.0 || >=22.12.0" });
});
