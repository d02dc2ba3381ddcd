import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const program = join(root, "scripts", "api.ts");

// A repository with one package, so that the test can change what it exports.
const folder = mkdtempSync(join(tmpdir(), "plinth-api-reports-"));
const lamps = join(folder, "packages", "lamps");
const report = join(lamps, "api", "index.api.md");

function write(path: string, content: string | object): void {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
}

function writeSource(source: string): void {
  write(join(lamps, "src", "index.ts"), `${source}\n`);
}

function api(...words: readonly string[]): { status: number | null; output: string } {
  const run = ["--import", "tsx", program, "--root", folder, ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, run, {
    cwd: root,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

beforeAll(() => {
  mkdirSync(join(lamps, "src"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  write(join(lamps, "package.json"), {
    name: "lamps",
    type: "module",
    exports: { ".": { types: "./dist/index.d.ts" }, "./package.json": "./package.json" },
  });
  write(join(folder, "tsconfig.build.json"), { files: [], references: [{ path: lamps }] });
  write(join(lamps, "tsconfig.json"), {
    compilerOptions: { composite: true, rootDir: "src", outDir: "dist", module: "nodenext" },
    include: ["src"],
  });
  writeSource("export interface Lamp { readonly name: string }");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("an exported type that changes without its report fails, and says what to run", () => {
  expect(api("--check")).toMatchObject({ status: 1, output: expect.stringContaining("lamps") });
  const wrote = expect.stringContaining("wrote packages/lamps/api/index.api.md");
  expect(api()).toEqual({ status: 0, output: wrote });
  expect(readFileSync(report, "utf8")).toContain("readonly name: string;");
  expect(api("--check").status).toBe(0);

  writeSource("export interface Lamp { readonly name: string; readonly watts: number }");
  const { status, output } = api("--check");
  expect(status).toBe(1);
  expect(output).toContain(
    "lamps exports something else than packages/lamps/api/index.api.md says:",
  );
  expect(output).toContain("+     readonly watts: number;");
  expect(output).toContain('Run "npm run api"');

  expect(api().status).toBe(0);
  expect(api("--check").status).toBe(0);
});

test("a type that is used and not exported is a fault, until it is", () => {
  const socket = "interface Socket { readonly volts: number }";
  const lamp = "export interface Lamp { readonly socket: Socket }";
  writeSource(`${socket}\n${lamp}`);
  expect(api()).toMatchObject({
    status: 1,
    output: expect.stringContaining("lamps: Socket is used and not exported: export it"),
  });
  writeSource(`export ${socket}\n${lamp}`);
  expect(api().status).toBe(0);
});

test("a report of something that is not exported any more fails", () => {
  write(join(lamps, "api", "bulbs.api.md"), "gone");
  expect(api("--check")).toMatchObject({
    status: 1,
    output: expect.stringContaining("packages/lamps/api/bulbs.api.md belongs to nothing"),
  });
  expect(api().status).toBe(0);
  expect(api("--check").status).toBe(0);
});
