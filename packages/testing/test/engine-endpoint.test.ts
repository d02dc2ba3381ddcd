import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { engineEndpoint, isEngineRequired } from "../src/index.ts";

function folderWithEngines(lines: string): string {
  const folder = mkdtempSync(join(tmpdir(), "plinth-engines-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, ".engines"));
  mkdirSync(join(folder, "packages", "some"), { recursive: true });
  writeFileSync(join(folder, ".engines", "env"), lines);
  return join(folder, "packages", "some");
}

async function deadPid(): Promise<number | undefined> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid;
}

const file = (pid: number | undefined) =>
  `ENGINES_PID=${pid}\nAWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000\nexport FIRESTORE_EMULATOR_HOST="127.0.0.1:8080"\n`;

test("the environment wins over a file", () => {
  const folder = folderWithEngines(file(process.pid));
  const environment = { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" };
  expect(engineEndpoint("dynamodb", { environment, folder })).toBe("http://127.0.0.1:1");
});

test("a file above the working folder is read while its process is alive", () => {
  const folder = folderWithEngines(file(process.pid));
  expect(engineEndpoint("dynamodb", { environment: {}, folder })).toBe("http://127.0.0.1:8000");
  expect(engineEndpoint("firestore", { environment: {}, folder })).toBe("127.0.0.1:8080");
  expect(engineEndpoint("postgres", { environment: {}, folder })).toBeUndefined();
});

test("a file whose process is gone, or that names none, is ignored", async () => {
  const stale = folderWithEngines(file(await deadPid()));
  expect(engineEndpoint("dynamodb", { environment: {}, folder: stale })).toBeUndefined();
  const nameless = folderWithEngines("AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000\n");
  expect(engineEndpoint("dynamodb", { environment: {}, folder: nameless })).toBeUndefined();
});

test("an engine is required by its name or by all, and a misspelt list is refused", () => {
  expect(isEngineRequired("dynamodb", {})).toBe(false);
  expect(isEngineRequired("dynamodb", { PLINTH_REQUIRE_ENGINES: "all" })).toBe(true);
  expect(isEngineRequired("dynamodb", { PLINTH_REQUIRE_ENGINES: "firestore, dynamodb" })).toBe(
    true,
  );
  expect(isEngineRequired("postgres", { PLINTH_REQUIRE_ENGINES: "firestore" })).toBe(false);
  expect(isEngineRequired("postgres", { PLINTH_REQUIRE_ENGINES: "moto" })).toBe(false);
  expect(isEngineRequired("chromium", { PLINTH_REQUIRE_ENGINES: "moto" })).toBe(false);
  expect(isEngineRequired("chromium", { PLINTH_REQUIRE_ENGINES: "moto,chromium" })).toBe(true);
  expect(() => isEngineRequired("postgres", { PLINTH_REQUIRE_ENGINES: "postgre" })).toThrow(
    /"postgre".*postgres/,
  );
});
