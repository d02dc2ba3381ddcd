import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { markdownBlocks } from "../scripts/stranger/markdown-blocks.ts";
import { extractSnippets, findPages } from "./support/snippets.ts";

const root = join(import.meta.dirname, "..");
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);

/** Blocks that are only read. All others are compiled, run, parsed or followed. */
const onlyRead = [
  "ARCHITECTURE.md: ", // where things are
  "ARCHITECTURE.md: ", // which way dependencies run
  "docs/other-languages.md: python", // what others write
  "docs/other-languages.md: python",
  "examples/platform/README.md: diff",
  "packages/config/README.md: text", // an error message
];

/** Pages whose commands are typed in a project of the reader's. */
const elsewhere = new Set(["docs/quick-start.md", "docs/writing-a-driver.md"]);

const pages = findPages(root).map((page) => {
  const text = readFileSync(join(root, page), "utf8");
  return { page, text, blocks: markdownBlocks(page, text) };
});
const blocksOf = (...languages: readonly string[]) =>
  pages.flatMap(({ page, blocks }) =>
    blocks
      .filter(({ language }) => languages.includes(language))
      .map((block) => ({ page, block, place: `${page}:${block.line}` })),
  );

test.each(pages)("no snippet of $page escapes the tests", ({ page, text, blocks }) => {
  const code = blocks.filter(({ language }) => /^(?:[cm]?[jt]sx?|\w*script)$/i.test(language));
  const known = extractSnippets(page, text).map(({ line }) => line - 1);
  expect(code.map(({ line }) => line)).toEqual(known);
});

test("what is neither run nor parsed is a list, which has to be extended", () => {
  const checked = new Set(["ts", "typescript", "sh", "json"]);
  const others = pages.flatMap(({ page, blocks }) =>
    blocks.flatMap(({ language }) => (checked.has(language) ? [] : [`${page}: ${language}`])),
  );
  expect(others).toEqual(onlyRead);
});

test.each(blocksOf("json"))("$place is JSON", ({ block }) => {
  expect(() => JSON.parse(block.code) as unknown).not.toThrow();
});

describe.each(blocksOf("sh"))("$place", ({ page, block }) => {
  test("is something that a shell understands", () => {
    execFileSync("bash", ["-n"], { input: block.code, stdio: "pipe" });
  });

  test.runIf(!elsewhere.has(page))("names scripts that there are", () => {
    expect(scriptsIn(block.code).filter((name) => !(name in scripts))).toEqual([]);
  });
});

test("CONTRIBUTING.md names scripts that there are, and has a command for everything", () => {
  const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const named = new Set(scriptsIn(text));
  expect([...named].filter((name) => !(name in scripts))).toEqual([]);
  const everything = ["check", "test", "engines", "conformance", "bench", "release:dry"];
  expect(everything.filter((name) => !named.has(name))).toEqual([]);
});

function scriptsIn(text: string): string[] {
  return Array.from(
    text.matchAll(/\bnpm (?:run (?:--?\S+ )*([\w:-]+)|(start|test)\b)/g),
    ([, name, short]) => name ?? short ?? "",
  );
}
