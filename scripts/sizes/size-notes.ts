/** What an installation of some of our packages brings. */
export interface Size {
  /** What is installed, such as `@plinth/core`, or several with a space between. */
  readonly title: string;
  /** How many packages there are afterwards, ours among them. */
  readonly count: number;
  readonly bytes: number;
}

// What others publish is pinned; our own code grows with every change, which is no fault.
const toleratedShare = 0.1;
const toleratedBytes = 200_000;

const sentence = /^Installed alone: \d+ packages, [\d.]+ MB\.$/m;
const row = (title: string): RegExp =>
  new RegExp(`^\\| \`${title.replaceAll(/[.+]/g, "\\$&")}\` +\\| +\\d+ \\| +[\\d.]+ MB \\|$`, "m");

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

/** What a README of one package says about its size. */
function sizeSentence({ count, bytes }: Size): string {
  return `Installed alone: ${count} packages, ${megabytes(bytes)} MB.`;
}

/** What the table of the root README says. */
function sizeRow({ title, count, bytes }: Size): string {
  return `| \`${title}\` | ${count} | ${megabytes(bytes)} MB |`;
}

/** A page with its note put right; unchanged where the note is true. */
export function updateNote(page: string, size: Size, kind: "sentence" | "row"): string {
  if (noteFault(page, size, kind) === undefined) return page;
  return kind === "sentence"
    ? page.replace(sentence, sizeSentence(size))
    : page.replace(row(size.title), sizeRow(size));
}

/** What is wrong with the note about a size on a page; `undefined` where it is true. */
export function noteFault(page: string, size: Size, kind: "sentence" | "row"): string | undefined {
  const expected = kind === "sentence" ? sizeSentence(size) : sizeRow(size);
  const found = (kind === "sentence" ? sentence : row(size.title)).exec(page)?.[0];
  if (found === undefined) return `There has to be a line "${expected}".`;
  const [, count, amount] = /(\d+)[^\d]+([\d.]+) MB/.exec(found.replace(size.title, "")) ?? [];
  const difference = Math.abs(Number(amount) * 1_000_000 - size.bytes);
  const isTrue =
    Number(count) === size.count &&
    difference <= Math.max(size.bytes * toleratedShare, toleratedBytes);
  return isTrue ? undefined : `It says "${found}", and true is "${expected}".`;
}
