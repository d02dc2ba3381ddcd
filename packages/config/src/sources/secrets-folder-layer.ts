import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { FoundVariable, Layer } from "./config-source.ts";
import { decodeText } from "./decode-text.ts";
import { systemCode } from "./system-code.ts";
import { UnreadableSourceError } from "./unreadable-source-error.ts";

/**
 * A folder with one file for each variable. `DB_PASSWORD` is looked for as `DB_PASSWORD`,
 * `db_password` and `db-password`; one line break at the end of a file is dropped.
 *
 * @param folder its path.
 * @param isNamed true when the user named it: then a missing folder is a fault.
 * @throws {UnreadableSourceError} when a named folder is missing, or a file cannot be read.
 */
export function secretsFolderLayer(folder: string, isNamed: boolean): Layer | undefined {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    if (isNamed) throw new UnreadableSourceError("secret file", folder, "ENOENT");
    return undefined;
  }
  return {
    source: { kind: "secret file", location: folder },
    names: [],
    find(variable) {
      const lower = variable.toLowerCase();
      for (const name of [variable, lower, lower.replaceAll("_", "-")]) {
        const found = readVariable(variable, join(folder, name));
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function readVariable(variable: string, path: string): FoundVariable | undefined {
  try {
    const text = readSecretFile(path);
    return text === ""
      ? undefined
      : { variable, text, source: { kind: "secret file", location: path } };
  } catch (error) {
    if (["ENOENT", "EISDIR"].includes(systemCode(error))) return undefined;
    throw new UnreadableSourceError("secret file", path, systemCode(error));
  }
}

/** The text of a file without one line break at its end, which editors and `echo` add. */
export function readSecretFile(path: string): string {
  return decodeText(readFileSync(path)).replace(/\r?\n$/, "");
}
