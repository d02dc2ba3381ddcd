import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { oldestOf } from "./ranges.ts";

const execute = promisify(execFile);

/** A Node to run with. */
export interface NodeProgram {
  /** As it is asked for: `22`, or a whole version. */
  readonly name: string;
  readonly path: string;
  /** Without the `v`. */
  readonly version: string;
}

/** The majors that are tried, the first one as old as `engines` allows. */
export function supportedNodes(engines: string): string[] {
  return [oldestOf(engines), "22", "24", "26"];
}

/** Those that are refused, to see what their users are told. */
export const unsupportedNodes: readonly string[] = ["18", "22.11.0"];

/** The Node that runs this. */
export const runningNode: NodeProgram = {
  name: process.versions.node,
  path: process.execPath,
  version: process.versions.node,
};

/**
 * Gets a version of Node out of npm's package of it.
 *
 * @throws {Error} Where there is none for this machine.
 */
export async function findNode(name: string): Promise<NodeProgram> {
  const print = "JSON.stringify([process.execPath, process.versions.node])";
  const words = ["-y", "-p", `node@${name}`, "node", "-p", print];
  const { stdout } = await execute("npx", words, { cwd: "/" });
  const [path, version] = JSON.parse(stdout) as [string, string];
  return { name, path, version };
}

/** Whether a version is at least another one. */
export function isAtLeast(version: string, major: number, minor = 0): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
