import { readFile } from "node:fs/promises";
import { escapeControlCharacters } from "@plinth/core";
import { contractDiff } from "./contract-diff.ts";

/** The result of the command line tool. */
export interface CliResult {
  /** 0: nothing breaks; 1: something does; 2: invalid input. */
  readonly code: 0 | 1 | 2;
  readonly output: string;
}

const usage = `Usage: plinth-contract diff <old.json> <new.json>

Compares two OpenAPI documents and names every change that breaks callers of the old one.
Exits with 0 if nothing breaks, 1 if something does, 2 if the files cannot be compared.
`;

class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

async function readDocument(path: string): Promise<object> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UnreadableError(`${path} cannot be read: ${(error as Error).message}`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnreadableError(`${path} is not JSON.`);
  }
  // In an empty document, nothing could break.
  if (typeof value !== "object" || value === null || !("openapi" in value && "paths" in value)) {
    throw new UnreadableError(
      `${path} is not an OpenAPI document: it has no "openapi" and "paths".`,
    );
  }
  return value;
}

/**
 * Runs the command line tool.
 *
 * @param words the arguments after the name of the tool
 */
export async function runCli(words: readonly string[]): Promise<CliResult> {
  const [command, before, after, ...rest] = words;
  if (command !== "diff" || before === undefined || after === undefined || rest.length > 0) {
    return { code: 2, output: usage };
  }
  try {
    const changes = contractDiff(await readDocument(before), await readDocument(after));
    if (changes.length === 0) return { code: 0, output: "No breaking changes.\n" };
    // The documents may come from others, and must not control the terminal.
    const lines = changes.map(({ method, field, fault }) =>
      escapeControlCharacters(
        field === "" ? `${method}: ${fault}` : `${method}: ${field}: ${fault}`,
      ),
    );
    const count = lines.length === 1 ? "1 breaking change" : `${lines.length} breaking changes`;
    return { code: 1, output: `${count}:\n${lines.map((line) => `  ${line}\n`).join("")}` };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return { code: 2, output: `${escapeControlCharacters(error.message)}\n` };
  }
}
