import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startProcess } from "@plinth/testing";
import { expect, test } from "vitest";
import { bareEnvironment } from "./support/serve.ts";
import type { Trace } from "./support/trace-request.ts";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
const [, walk = ""] = page.split("\n## From a request to the driver and back\n");
const [section = ""] = walk.split("\n## ");
const [way = "", helpersIn = "", helpersBack = ""] = section.split(/^On the way (?:in|back)/m);

test("ARCHITECTURE.md shows the files that a request passes, in their order", async () => {
  await using traced = await startProcess(
    process.execPath,
    ["--import", "tsx", "--conditions=@plinth/source", "test/support/trace-request.ts"],
    { folder: root, environment: bareEnvironment() },
  );
  expect(await traced.exit, traced.stderr).toEqual({ code: 0, signal: null });
  const trace = JSON.parse(traced.stdout) as Trace;

  expect(filesOf(way), "the stack at the driver's write, outside in").toEqual(trace.stack);
  expect(trace.before).toEqual(expect.arrayContaining(filesOf(helpersIn)));
  expect(trace.after).toEqual(expect.arrayContaining(filesOf(helpersBack)));
});

test("the walk is short, and names each file once", () => {
  const files = [way, helpersIn, helpersBack].map(filesOf);
  expect(files.map(({ length }) => length > 0)).toEqual([true, true, true]);
  expect(files.flat().length).toBeLessThanOrEqual(25);
  expect(new Set(files.flat()).size).toBe(files.flat().length);
});

/** The files with which the items of a list begin. */
function filesOf(text: string): string[] {
  return Array.from(text.matchAll(/^(?:\d+\.|-) `([^`]+)`/gm), ([, file = ""]) => file);
}
