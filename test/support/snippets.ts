import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A TypeScript block of a Markdown page. */
export interface Snippet {
  /** The page, from the root of the repository. */
  readonly page: string;
  /** The line of the page on which the code begins. */
  readonly line: number;
  readonly code: string;
  /** Whether it is only compiled, also run to its end, run until it is ready, or run by vitest. */
  readonly mode: "compile" | "run" | "serve" | "test";
  /** Where it is written to, from the folder of all snippets. */
  readonly file: string;
}

/** README.md files, ARCHITECTURE.md, CONTRIBUTING.md and everything below docs. */
export function findPages(root: string): string[] {
  const folders = [".", "packages", "examples"].flatMap((parent) =>
    parent === "." ? ["."] : readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
  );
  const beside = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md") && name !== "CHANGELOG.md")
      .map((name) => join(folder, name)),
  );
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name));
  return [...beside, ...docs].map((page) => page.replaceAll("\\", "/")).toSorted();
}

/**
 * Takes the `ts` blocks out of a page.
 *
 * @throws {Error} Where a block's info string says something unknown, or two blocks have one name.
 */
export function extractSnippets(page: string, text: string): Snippet[] {
  const blocks = text.matchAll(/^```(?:ts|typescript)\b[ \t]*(.*)\n([\s\S]*?)^```[ \t]*$/gm);
  const folder = page.replace(/\.md$/, "").replaceAll(/[/.]+/g, "-").toLowerCase();
  const snippets = Array.from(blocks, ({ index, 1: info = "", 2: code = "" }): Snippet => {
    const line = text.slice(0, index).split("\n").length + 1;
    const { word, name } = parseInfo(info, `${page}:${line - 1}`);
    const file = `${folder}/${name ?? `line-${line}.ts`}`;
    const isTest =
      (/\bfrom "(?:vitest|@plinth\/testing)"/.test(code) && /\b(?:test|it)\b/.test(code)) ||
      /from "@plinth\/(?:data|messaging)\/conformance"/.test(code);
    const mode = word ?? (isTest ? "test" : "run");
    return { page, line, code, mode, file };
  });
  const files = snippets.map(({ file }) => file);
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) throw new Error(`${page} has two snippets named ${twice}.`);
  return snippets;
}

function parseInfo(info: string, place: string): { word?: "compile" | "serve"; name?: string } {
  let mode: "compile" | "serve" | undefined;
  let name: string | undefined;
  for (const word of info.split(/\s+/).filter(Boolean)) {
    const file = /^file=((?:[\w-]+\/)*[\w.-]+\.ts)$/.exec(word)?.[1];
    if (word === "compile" || word === "serve") mode = word;
    else if (file !== undefined) name = file;
    else {
      const known = '"compile", "serve" or "file=name.ts"';
      throw new Error(`${place}: a ts block can say ${known}, not "${word}".`);
    }
  }
  return { ...(mode && { word: mode }), ...(name !== undefined && { name }) };
}

/** Writes snippets to an empty folder, each line where it stands on its page. */
export function writeSnippets(folder: string, snippets: readonly Snippet[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tsconfig = {
    extends: "../tsconfig.base.json",
    // Readers of a page see no unused declaration as a fault; and a block is a module without saying so.
    compilerOptions: { moduleDetection: "force", noUnusedLocals: false, noUnusedParameters: false },
    // Pages import the examples, whose sources need the same options.
    include: ["**/*.ts", "../examples/*/src/**/*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  for (const { file, line, code } of snippets) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "\n".repeat(line - 1) + code);
  }
}

/** All snippets of the repository. */
export function readSnippets(root: string): Snippet[] {
  return findPages(root).flatMap((page) =>
    extractSnippets(page, readFileSync(join(root, page), "utf8")),
  );
}
