import { basename } from "node:path";
import { parse } from "dotenv";
import type { ConfigSource } from "../model/config-source.ts";
import { readTextFile, UnreadableFileError } from "../secrets/read-text-file.ts";
import type { Layer } from "./layers.ts";

/**
 * One `.env` file, read by dotenv's parser; undefined if it does not exist.
 *
 * @param path The path of the file.
 * @param ignored Variables that this file cannot set.
 * @throws {UnreadableFileError} if the file exists and cannot be read.
 */
export function envFileLayer(path: string, ignored: readonly string[] = []): Layer | undefined {
  const text = read(path);
  if (text === undefined) return undefined;
  const values = parse(text);
  const source: ConfigSource = { kind: "env file", location: basename(path) };
  return {
    names: Object.keys(values).filter((name) => values[name] !== ""),
    find(variable) {
      const value = Object.hasOwn(values, variable) ? values[variable] : undefined;
      if (value === undefined || value === "" || ignored.includes(variable)) return undefined;
      const line = lineOf(text, variable, value);
      return { variable, value, source: line === undefined ? source : { ...source, line } };
    },
  };
}

function read(path: string): string | undefined {
  try {
    return readTextFile("env file", path);
  } catch (error) {
    if (error instanceof UnreadableFileError && error.code === "ENOENT") return undefined;
    throw error;
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
