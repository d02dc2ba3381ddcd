import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs", "differences.md"), "utf8");
const items = page.split(/^- /m).slice(1);
const pins = items.map((item) => {
  const [, difference = "", file = "", title = ""] =
    /^(.+)\n {2}`([^`]+)`: "(.+)"$/m.exec(item) ?? [];
  return { item, difference, file, title };
});

test.each(pins)("$difference", ({ item, file, title }) => {
  expect(file, `a difference of one line, and its test: ${item}`).not.toBe("");
  expect(existsSync(join(root, file)), file).toBe(true);
  const code = readFileSync(join(root, file), "utf8");
  // A title that is made of a value goes on after a colon.
  const quoted = [`"${title}"`, `\`${title}: \${`];
  expect(
    quoted.some((text) => code.includes(text)),
    `${file} has the test "${title}"`,
  ).toBe(true);
});

test("the page lists differences", () => {
  expect(pins.length).toBeGreaterThanOrEqual(20);
});
