import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWithEngine, startProcess } from "@plinth/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bareEnvironment, serve } from "./support/serve.ts";

const root = join(import.meta.dirname, "..");
const recorder = join(import.meta.dirname, "support", "record-modules.mjs");
const nodeArguments = ["--import", recorder, "--import", "tsx", "--conditions=@plinth/source"];
const aws = /\/node_modules\/@(?:aws-sdk|smithy)\//;
const google = /\/node_modules\/(?:@google-cloud|google-gax|@grpc)\//;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-modules-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("CLOUD=local loads no cloud's SDK", async () => {
  const modules = await modulesOfService({ CLOUD: "local" });
  expect(modules.filter((module) => aws.test(module) || google.test(module))).toEqual([]);
});

describeWithEngine("dynamodb", "on DynamoDB", (endpoint) => {
  test("CLOUD=aws loads the AWS SDK and nothing of Google's", async () => {
    const modules = await modulesOfService({
      CLOUD: "aws",
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      THINGS_TABLE: `modules-${process.pid}-${Date.now()}`,
    });
    expect(modules.some((module) => aws.test(module))).toBe(true);
    expect(modules.filter((module) => google.test(module))).toEqual([]);
  });
});

describeWithEngine("firestore", "on Firestore", (host) => {
  test("CLOUD=gcp loads the Firestore client and nothing of Amazon's", async () => {
    const modules = await modulesOfService({
      CLOUD: "gcp",
      GOOGLE_CLOUD_PROJECT: `modules-${process.pid}`,
      FIRESTORE_EMULATOR_HOST: host,
    });
    expect(modules.some((module) => google.test(module))).toBe(true);
    expect(modules.filter((module) => aws.test(module))).toEqual([]);
  });
});

test("thing-service/api pulls in neither the implementation nor any SDK", async () => {
  const file = join(folder, "modules");
  const script =
    'const api = await import("thing-service/api"); console.log(typeof api.ThingService);';
  const started = await startProcess(
    process.execPath,
    [...nodeArguments, "--input-type=module", "--eval", script],
    { folder: root, environment: { ...bareEnvironment(), LOADED_MODULES_FILE: file } },
  );
  await started.exit;
  expect(started.stdout, started.stderr).toBe("function\n");
  const modules = await loadedModules(file);
  const ofService = modules.filter((module) => module.includes("/examples/thing-service/"));
  expect(ofService).not.toEqual([]);
  expect(ofService.filter((module) => !module.includes("/thing-service/src/api/"))).toEqual([]);
  expect(modules.filter((module) => aws.test(module) || google.test(module))).toEqual([]);
});

/** Starts the example, writes and reads a thing, stops it, and gives what it loaded. */
async function modulesOfService(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const file = join(folder, "modules");
  await using service = await serve([...nodeArguments, "src/main.ts"], {
    folder: join(root, "examples", "thing-service"),
    environment: { ...environment, LOADED_MODULES_FILE: file },
  });
  const response = await fetch(`${service.url}/things`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "kettle", description: "boils water" }),
  });
  expect(response.status).toBe(201);
  service.process.kill("SIGTERM");
  expect(await service.process.exit).toEqual({ code: 0, signal: null });
  return await loadedModules(file);
}

async function loadedModules(file: string): Promise<string[]> {
  const modules = (await readFile(file, "utf8")).split("\n");
  // An empty record would make every assertion about absence true.
  expect(modules.some((module) => module.includes("/packages/core/src/"))).toBe(true);
  return modules;
}
