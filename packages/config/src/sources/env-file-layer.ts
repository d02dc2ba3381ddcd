import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "dotenv";
import { decodeText } from "./decode-text.ts";
import { systemCode } from "./system-code.ts";
import type { Layer } from "./config-source.ts";
import { UnreadableSourceError } from "./unreadable-source-error.ts";

/**
 * One `.env` file, read by dotenv's parser; undefined when there is none.
 *
 * @param path of the file.
 * @param ignored variables that this file may not set.
 * @throws {UnreadableSourceError} when the file is there but cannot be read, or is no text.
 */
export function envFileLayer(path: string, ignored: readonly string[] = []): Layer | undefined {
  const text = read(path);
  if (text === undefined) return undefined;
  const values = parse(text);
  const source = { kind: "env file", location: basename(path) } as const;
  return {
    source,
    names: Object.keys(values).filter((name) => values[name] !== ""),
    find(variable) {
      const value = Object.hasOwn(values, variable) ? values[variable] : undefined;
      if (value === undefined || value === "" || ignored.includes(variable)) return undefined;
      const line = lineOf(text, variable, value);
      return {
        variable,
        text: value,
        source: line === undefined ? source : { ...source, line },
      };
    },
  };
}

function read(path: string): string | undefined {
  try {
    return decodeText(readFileSync(path));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new UnreadableSourceError("env file", path, systemCode(error));
  }
}

/** The last line that sets the variable to this value; dotenv's parser keeps no positions. */
function lineOf(text: string, variable: string, value: string): number | undefined {
  const lines = text.split(/\r\n|\n|\r/);
  const candidates = lines.flatMap((line, index) =>
    line.replace(/^\s*(export\s+)?/, "").startsWith(variable) ? [index] : [],
  );
  // A line inside another variable's quotes may look the same, so each is tried.
  const found = candidates.findLast(
    (index) => parse(lines.slice(index).join("\n"))[variable] === value,
  );
  return found === undefined ? undefined : found + 1;
}
