/** What tells headers from prose: a request line, a status line, or a header that nobody writes about. */
const block =
  /\bHTTP\/\d|(?:^|[\r\n]|\\[rn])(?:host|accept(?:-encoding)?|connection|content-(?:type|length)|date|server|transfer-encoding|user-agent)[ \t]{0,8}:/i;
/** Where a line begins, also in a text that is quoted or printed as `curl -v` does. */
const lineStart = /(?:^|[\r\n]|\\[rn])(?:[<>*|] ?|[ \t]{1,8})?$/;
const longestIndent = 10;

/** Words with which a remark about a header begins, and never its value. */
const words = new Set(
  [
    "a an and any as at be but by cannot could did does expected failed for from given got had has have header headers",
    "in invalid is it its key malformed missing more must no none not of on one only or required should text that the",
    "this to token too unexpected unknown unsupported value was were when which with without wrong you your",
    "absent credentials empty expired null ok optional redacted scheme string undefined",
  ].flatMap((line) => line.split(" ")),
);
const schemes = new Set(["basic", "bearer", "digest"]);
const longestRemark = 100;
const firstWords = /\s{0,8}(\w{1,20})\b[.,:;]?(?:\s{1,8}(\w{1,20})\b)?/y;
/** A cookie, a parameter, base64, or letters and digits that are no word. */
const token = /[=/+~]|\b(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{8}/i;

/** `the header is missing.`, `Bearer token required`: it begins as prose does, and holds nothing like a token. */
function isRemark(text: string, start: number): boolean {
  firstWords.lastIndex = start;
  const found = firstWords.exec(text);
  const first = found?.[1]?.toLowerCase() ?? "";
  const begins = words.has(schemes.has(first) ? (found?.[2]?.toLowerCase() ?? "") : first);
  return begins && !token.test(text.slice(start, start + longestRemark));
}

/** Finds where the values of headers end in one text, from the first to the last. */
export class HeaderLines {
  readonly #text: string;
  /** Whether it holds the lines of a request or response, as clients attach them to errors. */
  readonly #isBlock: boolean;
  readonly #lineEnds = new Ends(/[\r\n]|\\[rn]/g);
  readonly #quotedEnds = new Ends(/[\r\n]|(?<!\\)["']|\\[rn]/g);

  constructor(text: string) {
    this.#text = text;
    this.#isBlock = block.test(text);
  }

  /**
   * The end of what a secret header holds.
   *
   * @param name its name
   * @param index where that begins
   * @param start where its value begins
   * @returns `undefined` where it is not a header, but prose about one
   */
  valueEnd(name: string, index: number, start: number): number | undefined {
    const text = this.#text;
    const isLine = lineStart.test(text.slice(Math.max(0, index - longestIndent), index));
    const isCertain = isLine && this.#isBlock;
    // `password: too short` is far more common in prose than a password is.
    if (!isCertain && !isHeaderName(name)) return undefined;
    if (!isCertain && isRemark(text, start)) return undefined;
    const isRaw = index === 0 || /[\r\n]/.test(text[index - 1] ?? "");
    // A line of its own may have quotes in it; one inside a quoted text ends with that.
    return (isRaw ? this.#lineEnds : this.#quotedEnds).after(text, start);
  }
}

/** Whether a name can only be that of a header. */
function isHeaderName(name: string): boolean {
  return name.includes("-") || /^(?:authorization|cookie)$/i.test(name);
}

/** The next match of an expression, searched once for all places before it. */
class Ends {
  readonly #expression: RegExp;
  #end = -1;

  constructor(expression: RegExp) {
    this.#expression = expression;
  }

  after(text: string, start: number): number {
    if (this.#end < start) {
      this.#expression.lastIndex = start;
      this.#end = this.#expression.exec(text)?.index ?? text.length;
    }
    return this.#end;
  }
}
