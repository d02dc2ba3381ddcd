/** A URL has no white space, and in JSON and in prose it ends with its quotes. */
const run = /[^\s"`]{6,}/g;
const schemeAtEnd = /(?:^|[^a-z0-9+.-])([a-z][a-z0-9+.-]{0,20})$/i;
const longestScheme = 22;
/** `:3000/` is a port. */
const portAt = /:\d{1,5}[/?#]/y;
const userEnd = /[/?#@:"\\]/g;

/**
 * Redacts passwords and tokens in URLs. A password reaches to the last `@`, as people forget to encode
 * theirs; what stands alone before the `@` of an HTTP URL is a token.
 *
 * @param text any text
 * @param redacted what stands in the place of a secret
 */
export function redactUrls(text: string, redacted: string): string {
  return text.replaceAll(run, (whole) =>
    whole.includes("://") ? redactRun(whole, redacted) : whole,
  );
}

function redactRun(whole: string, redacted: string): string {
  const last = whole.lastIndexOf("@");
  let result = "";
  let done = 0;
  let at = whole.indexOf("://");
  while (at !== -1 && at < last) {
    const start = at + "://".length;
    const secret = credentialsIn(whole, Math.max(done, at - longestScheme), at, last);
    if (secret !== undefined) {
      result += `${whole.slice(done, secret.start)}${redacted}`;
      done = secret.end;
    }
    at = whole.indexOf("://", Math.max(done, start));
  }
  return result + whole.slice(done);
}

/**
 * The part to hide of the URL whose `://` stands at `at`.
 *
 * @param from where its scheme begins at the earliest
 * @param last where the last `@` of the text stands
 */
function credentialsIn(
  text: string,
  from: number,
  at: number,
  last: number,
): { readonly start: number; readonly end: number } | undefined {
  const scheme = schemeAtEnd.exec(text.slice(from, at))?.[1];
  if (scheme === undefined) return undefined;
  const start = at + "://".length;
  userEnd.lastIndex = start;
  const end = userEnd.exec(text)?.index;
  if (end === undefined) return undefined;
  if (text[end] === ":") {
    portAt.lastIndex = end;
    return portAt.test(text) ? undefined : { start: end + 1, end: last };
  }
  const isToken = text[end] === "@" && end > start && /^https?$/i.test(scheme);
  return isToken ? { start, end } : undefined;
}
