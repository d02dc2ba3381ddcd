import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = "packages/core/test-types";

interface Fault {
  readonly line: number;
  readonly texts: readonly string[];
}

function expectedFaults(file: string): Fault[] {
  const lines = readFileSync(`${root}${folder}/${file}`, "utf8").split("\n");
  return lines.flatMap((text, index) => {
    const mark = text.split("// fault: ")[1];
    return mark === undefined ? [] : [{ line: index + 2, texts: mark.split(" | ") }];
  });
}

function compile(): Promise<string> {
  return new Promise((resolve) => {
    const compiler = `${root}node_modules/typescript/bin/tsc`;
    const project = `${folder}/tsconfig.json`;
    execFile(
      process.execPath,
      [compiler, "-p", project, "--pretty", "false"],
      { cwd: root },
      (_error, stdout) => resolve(stdout),
    );
  });
}

test("a token that does not fit does not compile, and the compiler's message says why", async () => {
  const messages = new Map<number, string>();
  for (const text of (await compile()).split(/^(?=\S+\.ts\()/m)) {
    const line = /di-faults\.ts\((\d+),/.exec(text)?.[1];
    expect(line, `no other fault than the ones expected: ${text}`).toBeDefined();
    messages.set(Number(line), `${messages.get(Number(line)) ?? ""}${text}`);
  }
  const faults = expectedFaults("di-faults.ts");
  expect([...messages.keys()].toSorted((one, two) => one - two)).toEqual(
    faults.map(({ line }) => line),
  );
  for (const { line, texts } of faults) {
    for (const text of texts) expect(messages.get(line)).toContain(text);
  }
}, 60_000);
