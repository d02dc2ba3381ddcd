import { inject } from "vitest";

/**
 * The tarball of a package, as npm would upload it.
 *
 * @throws {Error} Where building or packing failed, with the compiler's output.
 */
export function packedPackage(name: string): string {
  const { tarballs, fault } = inject("packed");
  const tarball = tarballs[name];
  if (tarball === undefined) throw new Error(fault ?? `${name} was not packed.`);
  return tarball;
}
