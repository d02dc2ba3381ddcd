import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../registry/run-program.ts";

/**
 * Unpacks a tarball of npm.
 *
 * @param folder where to; it is made
 * @returns the folder of its package.json
 */
export async function unpack(tarball: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const environment = { PATH: process.env["PATH"] ?? "" };
  await runProgram("tar", ["-xzf", tarball, "-C", folder], { folder, environment });
  return join(folder, "package");
}
