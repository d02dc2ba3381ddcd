import { existsSync } from "node:fs";
import { join } from "node:path";
import { describeWithEngine } from "@plinth/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve } from "./support/serve.ts";
import { StrangerProject } from "./support/stranger-project.ts";

const ours = ["@plinth/config", "@plinth/core", "@plinth/data", "@plinth/http"];
const tools = ["typescript@~7.0.2", "typescript-5@npm:typescript@~5.9.3", "@types/node@20"];
const peers = ["zod@4", "@aws-sdk/client-dynamodb@3", "@aws-sdk/lib-dynamodb@3"];
const compilerOptions = {
  module: "nodenext",
  target: "es2023",
  outDir: "dist",
  rootDir: "src",
  strict: true,
  types: ["node"],
  skipLibCheck: true,
  // What the example's own sources ask for.
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  experimentalDecorators: true,
};

describe("the packages, installed with nothing but npm", () => {
  let project: StrangerProject;

  beforeAll(async () => {
    project = await StrangerProject.create(ours, [...peers, ...tools]);
    await project.copyThingService();
    await project.write("tsconfig.json", { compilerOptions, include: ["src"] });
    await project.run("npx", ["--no-install", "tsc", "-p", "."]);
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  test("bring no cloud's SDK that was not asked for", () => {
    const installed = (name: string): boolean =>
      existsSync(join(project.folder, "node_modules", name));
    expect(installed("@plinth/data")).toBe(true);
    expect(installed("@google-cloud")).toBe(false);
    expect(installed("vitest")).toBe(false);
  });

  test("compile the thing-service under TypeScript 5.9, too", async () => {
    const compiler = join("node_modules", "typescript-5", "bin", "tsc");
    await project.run(process.execPath, [compiler, "-p", ".", "--noEmit"]);
  });

  test("load from CommonJS", async () => {
    const code = `const { NotFoundError, isServiceError } = require("@plinth/core");
      const { BaseConfig } = require("@plinth/config");
      const { Repository } = require("@plinth/data");
      const { bindHttp } = require("@plinth/http");
      console.log([NotFoundError, isServiceError, BaseConfig, Repository, bindHttp].map((it) => typeof it).join());`;
    await project.write("consumer.cjs", code);
    const output = await project.run(process.execPath, ["--no-warnings", "consumer.cjs"]);
    expect(output).toBe("function,function,function,function,function\n");
  });

  test("run the thing-service on memory", () => createAndRead({ CLOUD: "local" }));

  describeWithEngine("dynamodb", "on DynamoDB", (endpoint) => {
    test("run the thing-service", () =>
      createAndRead({
        CLOUD: "aws",
        AWS_REGION: "eu-west-1",
        AWS_ENDPOINT_URL_DYNAMODB: endpoint,
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        THINGS_TABLE: `packed-${process.pid}-${Date.now()}`,
      }));
  });

  test("name the package to install where a cloud's SDK is missing", async () => {
    const environment = { CLOUD: "gcp", GOOGLE_CLOUD_PROJECT: "stranger", PORT: "0" };
    const options = { folder: project.folder, environment };
    await expect(serve(["dist/main.js"], options)).rejects.toThrow(
      /npm install @google-cloud\/firestore/,
    );
  });

  async function createAndRead(environment: Readonly<Record<string, string>>): Promise<void> {
    await using service = await serve(["dist/main.js"], { folder: project.folder, environment });
    const created = await fetch(`${service.url}/things`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "kettle", description: "boils water" }),
    });
    expect(created.status).toBe(201);
    expect(await created.json()).toEqual({ thingId: "thing_kettle" });
    const read = await fetch(`${service.url}/things/thing_kettle`);
    expect(read.status).toBe(200);
    expect(await read.json()).toEqual({
      thingId: "thing_kettle",
      name: "kettle",
      description: "boils water",
    });
    service.process.kill("SIGTERM");
    expect(await service.process.exit).toEqual({ code: 0, signal: null });
  }
});

test("config and the errors of core are usable alone", async () => {
  await using project = await StrangerProject.create(["@plinth/config", "@plinth/core"], ["zod@4"]);
  await project.write(
    "alone.js",
    `import { loadConfig, BaseConfig } from "@plinth/config";
     import { NotFoundError, isServiceError } from "@plinth/core/errors";
     const config = await loadConfig({ local: BaseConfig }, { variables: { PORT: "8080" } });
     console.log(config.port, isServiceError(new NotFoundError("gone"), "not_found"));`,
  );
  expect(await project.run(process.execPath, ["alone.js"])).toBe("8080 true\n");
});
