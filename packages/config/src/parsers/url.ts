import type * as z from "zod";
import { registerUrlSecrets } from "../secrets/mask.ts";
import { textParser, Unreadable } from "./text-parser.ts";

/** Options of `url`. */
export interface UrlOptions {
  /** Allowed schemes without the colon, for example `["https"]`; default any. */
  readonly protocols?: readonly string[];
}

/**
 * Reads an absolute URL. The value stays text, as given, without white space at its ends: it can be frozen
 * and every client takes it. White space and control characters inside are refused.
 * A user name, password or key inside it is masked in errors, `explain()` and JSON.
 */
export function url(options: UrlOptions = {}): z.ZodType<string, string | URL> {
  const schemes = options.protocols?.map((scheme) => `${scheme}://`).join(" or ");
  const expected =
    schemes === undefined ? "an absolute URL" : `an absolute URL that begins with ${schemes}`;
  return textParser({ expected, url: true }, (value) => {
    const text = value instanceof URL ? value.href : typeof value === "string" ? value.trim() : "";
    // `URL` accepts "localhost:3000", with "localhost:" for its scheme: nobody means that.
    if (!/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text)) throw new Unreadable(expected);
    if (!URL.canParse(text)) throw new Unreadable(expected);
    // `URL` drops line breaks and tabs and encodes spaces; other clients take them as they are.
    if (/[\s\p{Cc}]/u.test(text)) throw new Unreadable(`${expected}, without white space in it`);
    const { protocol } = new URL(text);
    if (options.protocols !== undefined && !options.protocols.includes(protocol.slice(0, -1)))
      throw new Unreadable(expected);
    registerUrlSecrets(text);
    return text;
  });
}
