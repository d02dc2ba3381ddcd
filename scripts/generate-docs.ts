import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { adrIndex } from "./docs/adr-index.ts";
import { configDocuments } from "./docs/config-documents.ts";
import { errorDocuments } from "./docs/error-documents.ts";
import type { GeneratedDocument } from "./docs/generated-document.ts";

// To add one: write a function beside configDocuments and list it here.
const generators: readonly (() => readonly GeneratedDocument[])[] = [
  adrIndex,
  configDocuments,
  errorDocuments,
];

const root = fileURLToPath(new URL("..", import.meta.url));
const documents = generators.flatMap((generate) => generate());

function current(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

const stale = documents.filter(({ path, text }) => current(path) !== text);
if (process.argv.includes("--check")) {
  for (const { path } of stale) console.error(`${path} is stale: run "npm run docs:generate".`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}
