// Preloaded: the process takes itself for an old Node, on which no other package's module can run.
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { fileURLToPath } from "node:url";

/** As a hook of the loader: what is installed and not ours throws as soon as it runs. */
export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!url.startsWith("file:") || !/\/node_modules\/(?!@plinth\/)/.test(url)) return loaded;
  if (!["commonjs", "module"].includes(loaded.format)) return loaded;
  const text = String(loaded.source ?? (await readFile(fileURLToPath(url), "utf8")));
  const complaint = `throw new Error(${JSON.stringify(`too new: ${url}`)});`;
  return { ...loaded, source: `${complaint}\n${text}` };
}

if (process.env["OLD_NODE"] !== undefined) {
  const versions = { ...process.versions, node: process.env["OLD_NODE"] };
  Object.defineProperty(process, "versions", { value: versions });
  register(import.meta.url);
}
