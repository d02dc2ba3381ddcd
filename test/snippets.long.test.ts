import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { startProcess } from "@plinth/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { bareEnvironment, serve } from "./support/serve.ts";
import { extractSnippets, readSnippets, writeSnippets } from "./support/snippets.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "..");
const folder = join(root, ".snippets");
const nodeArguments = ["--import", "tsx", "--conditions=@plinth/source"];
const snippets = readSnippets(root).map((snippet) => {
  return { ...snippet, place: `${snippet.page}:${snippet.line}` };
});
writeSnippets(folder, snippets);

describe("what the documentation shows", () => {
  let compilerOutput = "";

  beforeAll(async () => {
    const words = ["--no-install", "tsc", "-p", join(folder, "tsconfig.json"), "--pretty", "false"];
    await execute("npx", words, { cwd: root, maxBuffer: 64 * 1024 * 1024 }).catch(
      (error: unknown) => {
        if (!(error instanceof Error && "stdout" in error)) throw error;
        compilerOutput = String(error.stdout);
      },
    );
  });

  test.each(snippets)("$place compiles", ({ file }) => {
    const faults = compilerOutput.split("\n").filter((line) => line.includes(`${file}(`));
    expect(faults).toEqual([]);
  });

  test("nothing else is wrong with the snippets", () => {
    // A fault outside a snippet, such as in the configuration, would let all of them pass.
    const known = compilerOutput
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith(" "))
      .filter((line) => !snippets.some(({ file }) => line.includes(`${file}(`)));
    expect(known).toEqual([]);
  });

  test.each(snippets.filter(({ mode }) => mode === "run"))("$place runs", async ({ file }) => {
    await using snippet = await startProcess(process.execPath, [...nodeArguments, file], {
      folder,
      environment: { ...bareEnvironment(), PORT: "0", LOG_LEVEL: "warn" },
    });
    expect(await snippet.exit, snippet.stderr).toEqual({ code: 0, signal: null });
  });

  test.each(snippets.filter(({ mode }) => mode === "serve"))("$place serves", async ({ file }) => {
    await using service = await serve([...nodeArguments, file], { folder });
    service.process.kill("SIGTERM");
    expect(await service.process.exit).toEqual({ code: 0, signal: null });
  });

  test.each(snippets.filter(({ mode }) => mode === "test"))("$place passes", async ({ file }) => {
    const config = join(root, "test", "support", "snippets.vitest.config.ts");
    await using vitest = await startProcess(
      process.execPath,
      [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--config", config, file],
      { folder: root, environment: { ...bareEnvironment(), CI: "true" } },
    );
    expect(await vitest.exit, vitest.stdout + vitest.stderr).toEqual({ code: 0, signal: null });
  });
});

describe("taking snippets out of a page", () => {
  const page = (info: string): string => `# Title\n\n\`\`\`${info}\nconst a = 1;\n\`\`\`\n`;

  test("a block knows its line, so that faults name the place in the page", () => {
    expect(extractSnippets("docs/a-page.md", page("ts"))).toEqual([
      {
        page: "docs/a-page.md",
        line: 4,
        code: "const a = 1;\n",
        mode: "run",
        file: "docs-a-page/line-4.ts",
      },
    ]);
  });

  test("other languages are left alone", () => {
    expect(
      ["sh", "json", "tsx", ""].flatMap((info) => extractSnippets("a.md", page(info))),
    ).toEqual([]);
  });

  test("the info string names the file and what is done with it", () => {
    expect(extractSnippets("a.md", page("ts compile file=src/main.ts"))).toEqual([
      expect.objectContaining({ mode: "compile", file: "a/src/main.ts" }),
    ]);
    expect(() => extractSnippets("a.md", page("ts runn"))).toThrow(/a\.md:3: .*not "runn"/);
    expect(() => extractSnippets("a.md", page("ts file=../a.ts"))).toThrow(/a\.md:3/);
  });
});
