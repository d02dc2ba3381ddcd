import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

test("without a cloud's SDK a fault says how to install it, and nothing else is imported", () => {
  // A project with zod and dotenv and without the SDKs, as on a laptop.
  const folder = mkdtempSync(join(tmpdir(), "plinth-config-"));
  try {
    cpSync(join(root, "packages/config/src"), join(folder, "src"), { recursive: true });
    mkdirSync(join(folder, "node_modules"));
    for (const name of ["zod", "dotenv"]) {
      symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name), "dir");
    }
    // The build bundles it into this package.
    mkdirSync(join(folder, "node_modules/@plinth"));
    symlinkSync(
      join(root, "packages/support"),
      join(folder, "node_modules/@plinth/support"),
      "dir",
    );
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(folder, "main.ts"),
      `import { BaseConfig, secret } from "./src/index.ts";
class KeyConfig extends BaseConfig.extend({ key: secret(), second: secret() }) {}
const variables = { KEY: "aws-sm:a", SECOND: "gcp-sm:projects/p/secrets/s/versions/1" };
await KeyConfig.load({ variables }).catch((error: Error) => console.log(error.message));
`,
    );
    const tsx = join(root, "node_modules/tsx/dist/loader.mjs");
    const words = ["--import", tsx, "--conditions=@plinth/source", join(folder, "main.ts")];
    const { stdout, stderr } = spawnSync(process.execPath, words, {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stdout.split("\n"), stderr).toStrictEqual([
      "KeyConfig has 2 faults:",
      "  KEY (secret manager aws-sm:a): reading it needs the package @aws-sdk/client-secrets-manager, which is not installed; run: npm install @aws-sdk/client-secrets-manager",
      "  SECOND (secret manager gcp-sm:projects/p/secrets/s/versions/1): reading it needs the package @google-cloud/secret-manager, which is not installed; run: npm install @google-cloud/secret-manager",
      "",
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
