import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { type Manifest, publishablePackages } from "../scripts/registry/publishable-packages.ts";
import { markdownBlocks } from "../scripts/stranger/markdown-blocks.ts";

const root = join(import.meta.dirname, "..");
const errorsPage = readFileSync(join(root, "docs", "reference", "errors.md"), "utf8");

describe.each(publishablePackages(root))("the README of $name", ({ folder, name, manifest }) => {
  const text = readFileSync(join(root, "packages", folder, "README.md"), "utf8");
  const blocks = markdownBlocks(`packages/${folder}/README.md`, text);

  test("begins with the name, one sentence, how to install it, and code that runs", () => {
    const [title, , ...rest] = text.split("\n");
    expect(title).toBe(`# ${name}`);
    const sentence = rest.slice(0, rest.indexOf("")).join(" ");
    expect(sentence).toMatch(/^[^.!?]+(?:\.\w[^.!?]*)*\.$/);
    const [install, code] = blocks;
    expect(install).toMatchObject({ language: "sh", code: expect.stringContaining("npm install") });
    expect(install?.code).toContain(name);
    expect(code).toMatchObject({ language: "ts", words: [] });
    expect(code?.line).toBeLessThanOrEqual(20);
  });

  test("has a table of what is exported, and says what it cannot do", () => {
    const exported = section(text, "Exports");
    expect(exported).toMatch(/^\| (?:export|from) +\| what/m);
    expect(section(text, "Limits")).toMatch(/^- /m);
  });

  test("names every value that can be imported, and none that cannot", () => {
    const { values, types } = exportsOf(folder, manifest);
    const tables = section(text, "Exports");
    // Sixteen classes of one kind have a page of their own, which is made from the sources.
    const unnamed = [...values].filter(
      (value) => !names(tables).has(value) && !names(errorsPage).has(value),
    );
    expect(unnamed).toEqual([]);
    // A table by entry points has its names among the words of its second column.
    if (/^\| from /m.test(tables)) return;
    const firstColumn = [...tables.matchAll(/^\| ([^|]*(?:\\\|[^|]*)*) \|/gm)].map(
      ([, cell]) => cell,
    );
    const named = names(firstColumn.join("\n").replaceAll(/\([^`]*\)(?=`)/g, ""));
    const all = new Set([...values, ...types]);
    expect([...named].filter((it) => !all.has(it))).toEqual([]);
  });
});

function section(text: string, heading: string): string {
  return new RegExp(`^## ${heading}\n([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, "m").exec(text)?.[1] ?? "";
}

/** What stands in backticks and is the name of something. */
function names(text: string): Set<string> {
  return new Set(Array.from(text.matchAll(/`(\w+)(?:[(<][^`]*)?`/g), ([, name = ""]) => name));
}

function exportsOf(
  folder: string,
  { exports }: Manifest,
): { values: Set<string>; types: Set<string> } {
  const entries = Object.values(exports as Record<string, string | Record<string, string>>);
  const sources = entries.flatMap((entry) =>
    typeof entry === "string" ? [] : [entry["@plinth/source"] ?? ""],
  );
  const values = new Set<string>();
  const types = new Set<string>();
  for (const source of sources) {
    const file = join(root, "packages", folder, source);
    const { module } = parseSync(file, readFileSync(file, "utf8"));
    for (const { exportName, isType } of module.staticExports.flatMap((it) => it.entries)) {
      if (exportName.name !== null) (isType ? types : values).add(exportName.name);
    }
  }
  return { values, types };
}
