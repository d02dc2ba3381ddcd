import { statSync } from "node:fs";
import { join } from "node:path";
import type { RawValue } from "../model/config-source.ts";
import { readSecretFile, UnreadableFileError } from "../secrets/read-text-file.ts";
import type { Layer } from "./layers.ts";

/**
 * A folder with one file per variable. `DB_PASSWORD` is read from `DB_PASSWORD`, `db_password` or
 * `db-password`, without one line break at the end. Each file is read once.
 *
 * @param folder The path of the folder.
 * @param isNamed True if the user named it: then a missing folder is a fault.
 * @throws {UnreadableFileError} if a named folder is missing; `find` throws it for a file that cannot be
 *   read.
 */
export function secretsFolderLayer(folder: string, isNamed: boolean): Layer | undefined {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    if (isNamed) throw new UnreadableFileError("secret file", folder, "ENOENT");
    return undefined;
  }
  const found = new Map<string, RawValue<string> | undefined>();
  return {
    // A folder such as /run/secrets can hold files for other programs.
    names: [],
    find(variable) {
      if (!found.has(variable)) found.set(variable, readVariable(variable, folder));
      return found.get(variable);
    },
  };
}

function readVariable(variable: string, folder: string): RawValue<string> | undefined {
  const lower = variable.toLowerCase();
  for (const name of new Set([variable, lower, lower.replaceAll("_", "-")])) {
    const path = join(folder, name);
    const value = readIfPresent(path);
    if (value !== "") return { variable, value, source: { kind: "secret file", location: path } };
  }
  return undefined;
}

function readIfPresent(path: string): string {
  try {
    return readSecretFile(path);
  } catch (error) {
    const isAbsent =
      error instanceof UnreadableFileError && ["ENOENT", "EISDIR"].includes(error.code);
    if (!isAbsent) throw error;
    return "";
  }
}
