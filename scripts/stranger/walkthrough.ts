import type { MarkdownBlock } from "./markdown-blocks.ts";

/** What a page tells its reader to do next. */
export type Step =
  | { readonly kind: "file"; readonly place: string; readonly path: string; readonly text: string }
  | {
      readonly kind: "run" | "serve";
      readonly place: string;
      readonly command: string;
      /** What the page says that the command prints; `…` stands for any text. */
      readonly expected?: string;
    };

const shells = new Set(["sh", "bash", "shell"]);

/**
 * Turns the blocks of a page into what its reader does, in order: blocks that say `file=` are
 * written, lines of shell blocks are typed, and in a block that says `serve` they go on running.
 * Comments below a command are what it prints. Other blocks are there to be read.
 *
 * @throws {SyntaxError} Where a block names a file that the text above does not name: a reader sees
 *   no more of it than that.
 */
export function walkthrough(page: string, blocks: readonly MarkdownBlock[]): Step[] {
  return blocks.flatMap((block): Step[] => {
    const place = `${page}:${block.line}`;
    const path = block.words.find((word) => word.startsWith("file="))?.slice("file=".length);
    if (path !== undefined) {
      if (!block.lead.includes(`\`${path}\``)) {
        throw new SyntaxError(`${place}: the line above this block does not name ${path}.`);
      }
      return [{ kind: "file", place, path, text: block.code }];
    }
    if (!shells.has(block.language)) return [];
    return commands(block, page);
  });
}

function commands({ code, words, line }: MarkdownBlock, page: string): Step[] {
  const kind = words.includes("serve") ? "serve" : "run";
  const steps: { kind: "run" | "serve"; place: string; command: string; expected?: string }[] = [];
  let isContinued = false;
  for (const [index, text] of code.split("\n").entries()) {
    const last = steps.at(-1);
    if (isContinued && last !== undefined) last.command += `\n${text}`;
    else if (text.startsWith("#")) {
      if (last === undefined) continue;
      const output = text.replace(/^# ?/, "");
      last.expected = last.expected === undefined ? output : `${last.expected}\n${output}`;
    } else if (text.trim() !== "") {
      steps.push({ kind, place: `${page}:${line + index + 1}`, command: text });
    }
    isContinued = text.endsWith("\\");
  }
  return steps;
}

/** Whether a program printed what a page says; `…` in it stands for any text. */
export function matchesOutput(expected: string, output: string): boolean {
  const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const pattern = expected.trim().split("…").map(escape).join("[\\s\\S]*");
  return new RegExp(`^${pattern}$`).test(output.trim());
}
