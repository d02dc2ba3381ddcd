// Checks that sources and pages are written in plain English: prints each word of the list with its place.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findWords } from "./words/find-words.ts";

const root = join(import.meta.dirname, "..");
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /\.(?:ts|mts|mjs|md)$/.test(file))
  // The list itself and its test name the words.
  .filter((file) => !file.startsWith("scripts/words/") && file !== "test/words.test.ts");

const found = files.flatMap((file) =>
  findWords(readFileSync(join(root, file), "utf8")).map(
    ({ line, word, better }) => `${file}:${line}: "${word}": write ${better}.`,
  ),
);
for (const place of found) process.stderr.write(`${place}\n`);
if (found.length === 0) process.stdout.write(`${files.length} files are in plain English.\n`);
else process.exitCode = 1;
