import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest, PackageSources } from "./check-package.ts";

/** Reads all packages of the repository. */
export function readPackages(root: string): PackageSources[] {
  return readdirSync(join(root, "packages")).map((name) => {
    const folder = `packages/${name}`;
    const manifest: Manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const files = readdirSync(join(root, folder, "src"), { recursive: true, encoding: "utf8" })
      .map((file) => `${folder}/src/${file.replaceAll("\\", "/")}`)
      .filter((file) => /\.[cm]?tsx?$/.test(file));
    const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
    return { folder, manifest, sources };
  });
}
