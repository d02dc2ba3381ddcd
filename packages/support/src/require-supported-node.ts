/** The part of `process.versions` that is read. */
export interface RuntimeVersions {
  readonly node?: string | undefined;
}

/**
 * Refuses a version of Node that `engines` of the package excludes: npm only warns of it.
 *
 * @param packageName The package, for the message.
 * @param versions Those of the process. Absent, as in a browser: nothing is refused.
 * @throws {Error} for a Node before 20.19, a 21, or a 22 before 22.12.
 */
export function requireSupportedNode(
  packageName: string,
  versions: RuntimeVersions | undefined,
): void {
  const { node } = versions ?? {};
  if (node === undefined) return;
  const [major = 0, minor = 0] = node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)) return;
  throw new Error(
    `${packageName} needs Node 20.19 or later of Node 20, or Node 22.12 or later, and this is Node ${node}. Install another one, from https://nodejs.org or by the version manager that you use.`,
  );
}
