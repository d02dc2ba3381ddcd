import type * as z from "zod";
import { registerUrlSecrets } from "../model/mask.ts";
import { textParser, Unreadable } from "../schema/text-parser.ts";

/** Options of `url`. */
export interface UrlOptions {
  /** Allowed schemes without the colon, such as `["https"]`. Default: any. */
  readonly protocols?: readonly string[];
}

/**
 * Reads an absolute URL. The value stays text, which can be frozen and which every client accepts; white
 * space at its ends is removed. White space and control characters inside are refused.
 *
 * Credentials and keys inside it are masked in errors, `explain()` and JSON.
 */
export function url(options: UrlOptions = {}): z.ZodType<string, string | URL> {
  const schemes = options.protocols?.map((scheme) => `${scheme}://`).join(" or ");
  const expected =
    schemes === undefined ? "an absolute URL" : `an absolute URL that begins with ${schemes}`;
  return textParser({ expected, url: true }, (value) => {
    const text = value instanceof URL ? value.href : typeof value === "string" ? value.trim() : "";
    // `URL` accepts "localhost:3000" and takes "localhost:" for the scheme.
    if (!/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text)) throw new Unreadable(expected);
    if (!URL.canParse(text)) throw new Unreadable(expected);
    // `URL` removes line breaks and tabs and encodes spaces; other clients keep them.
    if (/[\s\p{Cc}]/u.test(text)) throw new Unreadable(`${expected}, without white space in it`);
    const { protocol } = new URL(text);
    if (options.protocols !== undefined && !options.protocols.includes(protocol.slice(0, -1)))
      throw new Unreadable(expected);
    registerUrlSecrets(text);
    return text;
  });
}
