/** A fenced block of a Markdown page. */
export interface MarkdownBlock {
  /** The line of the page on which the fence opens. */
  readonly line: number;
  /** The last line with text before the fence. */
  readonly lead: string;
  readonly language: string;
  /** What follows the language, as words. */
  readonly words: readonly string[];
  readonly code: string;
}

/**
 * Takes all fenced blocks out of a page, of any language, indentation and fence.
 *
 * @throws {SyntaxError} Where a block is not closed.
 */
export function markdownBlocks(page: string, text: string): MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  let open: { fence: string; line: number; info: string; code: string[] } | undefined;
  let lead = "";
  for (const [index, content] of text.split("\n").entries()) {
    const fence = /^[ \t>]*(`{3,}|~{3,})[ \t]*(.*)$/.exec(content);
    if (open !== undefined) {
      if (fence?.[2] === "" && fence[1]?.startsWith(open.fence)) {
        const [language = "", ...words] = open.info.split(/\s+/).filter(Boolean);
        const code = open.code.map((line) => `${line}\n`).join("");
        blocks.push({ line: open.line, lead, language, words, code });
        open = undefined;
      } else open.code.push(content);
    } else if (fence?.[1] !== undefined) {
      open = { fence: fence[1], line: index + 1, info: fence[2] ?? "", code: [] };
    } else if (content.trim() !== "") {
      lead = content;
    }
  }
  if (open !== undefined) throw new SyntaxError(`${page}:${open.line}: this block has no end.`);
  return blocks;
}
