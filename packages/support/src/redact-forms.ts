import { HeaderLines } from "./header-lines.ts";
import type { SecretNameTest } from "./secret-names.ts";
import { redactUrls } from "./redact-urls.ts";

/** What stands in the place of a secret. */
export const redacted = "[secret]";

/** Most text holds none of these, and then no costlier expression runs. */
const suspicious = /[:=]|<\/|--[a-z]|eyJ|["']\s{0,8},|\b(?:bearer|basic|digest) |-----BEGIN/i;

// Text may come from an attacker. A name begins where none of its characters stands before it, so that
// no expression reads a run of them more than twice; other repetitions are bounded or cannot overlap.
const bearerValue =
  /\b(bearer)(\s+)(?!(?:token|auth\w*|scheme|credential\w*|challenge|realm|header)\b)[^\s,;"'[\]]{4,}/gi;
const basicValue = /\b(basic)(\s+)([A-Za-z0-9+/_-]{4,}={0,2})/gi;
const digestValue = /\b(digest)(\s+)\w+="[^\r\n]*/gi;
const privateKey =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;
/** A signed or encrypted JSON web token: its header begins with `{"`, which is `eyJ` in base64. */
const webToken = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*){0,2}/g;
/** `key=value` and `key = value`, as in queries, form bodies, cookies and connection strings. */
const assignment =
  /(?<![A-Za-z0-9_.\-[\]])([A-Za-z0-9_.\-[\]]{3,})(=| = )("[^"]*"|'[^']*'|[^\s&;,"'#]+)/g;
/** `--key value`, as in the command line that a failed child process quotes in its message. */
const commandOption =
  /(?<![A-Za-z0-9_-])(--[A-Za-z0-9_-]{3,})( )("[^"]*"|'[^']*'|[^\s"'-][^\s"']*)/g;
/** `<key>value</key>`. */
const xmlElement = /(<([A-Za-z0-9_.:-]{3,64})(?: [^<>]{0,256})?>)[^<]+(?=<\/\2>)/g;
/** `"key": "value"`, `key: 'value'`, `"key": 12`, `"key": ["value"]`, as JSON and the inspector write them. */
const member =
  /(?:(["'])|(?<![A-Za-z0-9_.-]))([A-Za-z0-9_.-]{3,})\1(\s{0,8}[:=]\s{0,8})("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\[[^[\]]*["'][^[\]]*\]?|-?\d[\d.eE+-]*)/g;
/** `"X-Api-Key", "value"`: a list of headers. `"password", "email"` is one of fields. */
const listed =
  /(["'])([A-Za-z0-9]+-[A-Za-z0-9-]+|authorization|cookie)\1(\s{0,8},\s{0,8})("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)/gi;
/** `\"key\": \"value\"`, as in JSON inside JSON, however often. */
const escapedMember =
  /(?<!\\)(\\{1,15}")([A-Za-z0-9_.-]{3,})\1(\s{0,8}:\s{0,8})\1((?:(?!\1).)*)(?:\1|$)/g;
/** `X-Api-Key: value`. What it opens with is left to the expressions for members. */
const headerName = /(?<![\w.-])([A-Za-z][\w.-]{2,})([ \t]{0,8}:[ \t]{0,8})(?![\s[{"'])/g;

function decodesToPair(base64: string): boolean {
  return Buffer.from(base64, "base64").toString("latin1").includes(":");
}

function quotesOf(value: string): string {
  return value.startsWith("'") ? "'" : '"';
}

/**
 * Replaces the secrets in a text that give themselves away by their form or by the name next to them:
 * passwords and secret parameters in URLs, bearer and basic credentials, JSON web tokens, private keys in
 * PEM, header lines, and values that are written out next to a secret name, as in `password=x` and
 * `{"password":"x"}`. Time grows linearly with the text, whatever it says.
 *
 * @param text any text; it is searched whole
 * @param isSecret which names are secret
 */
export function redactForms(text: string, isSecret: SecretNameTest): string {
  if (!suspicious.test(text)) return text;
  let result = text;
  if (result.includes("-----BEGIN")) result = result.replaceAll(privateKey, redacted);
  if (result.includes("://")) result = redactUrls(result, redacted);
  if (result.includes(":")) result = redactHeaders(result, isSecret);
  if (result.includes("eyJ")) result = result.replaceAll(webToken, redacted);
  result = result
    .replaceAll(bearerValue, `$1$2${redacted}`)
    .replaceAll(basicValue, (whole: string, scheme: string, space: string, value: string) =>
      decodesToPair(value) ? `${scheme}${space}${redacted}` : whole,
    )
    .replaceAll(digestValue, `$1$2${redacted}`);
  return redactMembers(result, isSecret);
}

/** Redacts what follows the name of a header, to the end of its line. */
function redactHeaders(text: string, isSecret: SecretNameTest): string {
  const lines = new HeaderLines(text);
  let result = "";
  let done = 0;
  for (const found of text.matchAll(headerName)) {
    if (found.index < done) continue;
    const [whole, run = ""] = found;
    // In quoted text a line break is `\n`, whose letter is not the name's; `headers.cookie` is one of a path.
    const isEscaped = text[found.index - 1] === "\\" && /^[nr]/.test(run);
    const before = Math.max(isEscaped ? 1 : 0, run.lastIndexOf(".") + 1);
    const name = run.slice(before);
    if (!isSecret(name)) continue;
    const start = found.index + whole.length;
    const end = lines.valueEnd(name, found.index + before, start);
    if (end === undefined) continue;
    result += `${text.slice(done, start)}${redacted}`;
    done = end;
  }
  return result + text.slice(done);
}

/** Redacts values that are written out next to their name. */
function redactMembers(text: string, isSecret: SecretNameTest): string {
  let result = text;
  if (result.includes('\\"')) {
    result = result.replaceAll(
      escapedMember,
      (whole: string, quote: string, name: string, colon: string) =>
        isSecret(name) ? `${quote}${name}${quote}${colon}${quote}${redacted}${quote}` : whole,
    );
  }
  if (result.includes('"') || result.includes("'")) {
    result = result
      .replaceAll(
        member,
        (whole: string, quote: string | undefined, name: string, between: string, value: string) =>
          isSecret(name) ? redactedMember(whole, quote ?? "", name, between, value) : whole,
      )
      .replaceAll(
        listed,
        (whole: string, quote: string, name: string, comma: string, value: string) =>
          isSecret(name)
            ? `${quote}${name}${quote}${comma}${quotesOf(value)}${redacted}${quotesOf(value)}`
            : whole,
      );
  }
  if (result.includes("=")) {
    result = result.replaceAll(assignment, (whole: string, name: string, sign: string) =>
      isSecret(name) ? `${name}${sign}${redacted}` : whole,
    );
  }
  if (result.includes("--")) {
    result = result.replaceAll(commandOption, (whole: string, option: string, space: string) =>
      isSecret(option) ? `${option}${space}${redacted}` : whole,
    );
  }
  if (result.includes("</")) {
    result = result.replaceAll(xmlElement, (whole: string, opening: string, name: string) =>
      isSecret(name) ? `${opening}${redacted}` : whole,
    );
  }
  return result;
}

function redactedMember(
  whole: string,
  quote: string,
  name: string,
  between: string,
  value: string,
): string {
  const isText = /^["'[]/.test(value);
  // A number after a bare name is one of prose; lengths and counts are no secrets either way.
  if (!isText && (quote === "" || /tokens$/i.test(name))) return whole;
  const quotes = quotesOf(value);
  return `${quote}${name}${quote}${between}${quotes}${redacted}${quotes}`;
}
