import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve } from "./support/serve.ts";
import { StrangerProject } from "./support/stranger-project.ts";

const ours = ["@plinth/config", "@plinth/core", "@plinth/data", "@plinth/http"];
const bundle = `
  import { build } from "esbuild";
  import { rolldown } from "rolldown";
  const banner = 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);';
  await build({
    entryPoints: ["src/main.ts"], outfile: "esbuild/main.mjs", banner: { js: banner },
    bundle: true, minify: true, platform: "node", format: "esm", target: "node20.19", logLevel: "error",
  });
  const rolled = await rolldown({ input: "src/main.ts", platform: "node", logLevel: "silent" });
  await rolled.write({ dir: "rolldown", format: "esm", entryFileNames: "main.mjs" });
`;

describe("a service with decorators, bundled without the peers that it does not use", () => {
  let project: StrangerProject;
  let folder: string;

  beforeAll(async () => {
    project = await StrangerProject.create(ours, ["zod@4", "esbuild@^0.28.0", "rolldown@^1.0.0"]);
    await project.copyThingService();
    await project.write("tsconfig.json", { compilerOptions: { experimentalDecorators: true } });
    await project.write("bundle.mjs", bundle);
    await project.run(process.execPath, ["bundle.mjs"]);
    // Where nothing is installed: what is not in the bundle is not there.
    folder = await mkdtemp(join(tmpdir(), "plinth-bundles-"));
    await mkdir(join(folder, "esbuild"));
    for (const name of ["esbuild", "rolldown"]) {
      await cp(join(project.folder, name), join(folder, name), { recursive: true });
    }
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  });
  afterAll(async () => {
    await project?.[Symbol.asyncDispose]();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  // Its constructor gets what it asks for only where reflect-metadata is still in the bundle.
  test.each(["esbuild", "rolldown"])("by %s, answers a request", async (bundler) => {
    await using service = await serve([join(bundler, "main.mjs")], { folder });
    const created = await fetch(`${service.url}/things`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "kettle", description: "boils water" }),
    });
    expect(created.status).toBe(201);
    expect(await created.json()).toEqual({ thingId: "thing_kettle" });
  });

  test.each(["esbuild", "rolldown"])("by %s, names the package of a cloud", async (bundler) => {
    const environment = { CLOUD: "gcp", GOOGLE_CLOUD_PROJECT: "stranger" };
    await expect(serve([join(bundler, "main.mjs")], { folder, environment })).rejects.toThrow(
      /npm install @google-cloud\/firestore/,
    );
  });
});
