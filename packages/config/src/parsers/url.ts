import type * as z from "zod";
import { registerUrlSecrets } from "../secrets/mask.ts";
import { textParser, Unreadable } from "./text-parser.ts";

/** Options of `url`. */
export interface UrlOptions {
  /** Allowed schemes without the colon, for example `["https"]`; default any. */
  readonly protocols?: readonly string[];
}

/**
 * Reads an absolute URL. The value stays text, as given: it can be frozen and every client takes it.
 * A user name, password or key inside it is masked in errors, `explain()` and JSON.
 */
export function url(options: UrlOptions = {}): z.ZodType<string, string | URL> {
  const schemes = options.protocols?.map((scheme) => `${scheme}://`).join(" or ");
  const expected =
    schemes === undefined ? "an absolute URL" : `an absolute URL that begins with ${schemes}`;
  return textParser({ expected, url: true }, (value) => {
    const text = value instanceof URL ? value.href : value;
    // `URL` accepts "localhost:3000", with "localhost:" for its scheme: nobody means that.
    if (typeof text !== "string" || !/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text))
      throw new Unreadable(expected);
    if (!URL.canParse(text)) throw new Unreadable(expected);
    const { protocol } = new URL(text);
    if (options.protocols !== undefined && !options.protocols.includes(protocol.slice(0, -1)))
      throw new Unreadable(expected);
    registerUrlSecrets(text);
    return text;
  });
}
