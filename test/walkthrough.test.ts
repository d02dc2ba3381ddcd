import { describe, expect, test } from "vitest";
import { markdownBlocks } from "../scripts/stranger/markdown-blocks.ts";
import { matchesOutput, walkthrough } from "../scripts/stranger/walkthrough.ts";

const page = [
  "# Title",
  "",
  "`src/main.ts` is the program:",
  "",
  "```ts file=src/main.ts",
  "console.log(1);",
  "```",
  "",
  "```sh serve",
  "npm start",
  "```",
  "",
  "```sh",
  "# a remark",
  "curl \\",
  "  /things",
  "# {",
  "# }",
  "npm test # with a remark",
  "```",
  "",
  "  ~~~json",
  "  {}",
  "  ~~~",
].join("\n");

describe("following a page", () => {
  test("files are written, commands typed, and what they print is known, in order", () => {
    expect(walkthrough("a.md", markdownBlocks("a.md", page))).toEqual([
      { kind: "file", place: "a.md:5", path: "src/main.ts", text: "console.log(1);\n" },
      { kind: "serve", place: "a.md:10", command: "npm start" },
      { kind: "run", place: "a.md:15", command: "curl \\\n  /things", expected: "{\n}" },
      { kind: "run", place: "a.md:19", command: "npm test # with a remark" },
    ]);
  });

  test("a file that only the info string names is refused, as no reader sees that", () => {
    const hidden = page.replace("`src/main.ts` is", "This is");
    expect(() => walkthrough("a.md", markdownBlocks("a.md", hidden))).toThrow(
      "a.md:5: the line above this block does not name src/main.ts.",
    );
  });

  test("every block is found with any fence and indentation", () => {
    const blocks = markdownBlocks("a.md", page);
    expect(blocks.map(({ language, line }) => [language, line])).toEqual([
      ["ts", 5],
      ["sh", 9],
      ["sh", 13],
      ["json", 22],
    ]);
  });

  test("a block without an end is refused", () => {
    expect(() => markdownBlocks("a.md", "text\n```ts\n1\n``\n")).toThrow("a.md:2");
  });
});

describe("what a command prints", () => {
  test.each([
    ["{}", "{}\n", true],
    ["{}", "{} {}", false],
    ['{"a":…}', '{"a":1,\n"b":2}', true],
    ["a.c", "abc", false],
  ])("the page says %j, it prints %j: %s", (expected, output, matches) => {
    expect(matchesOutput(expected, output)).toBe(matches);
  });
});
