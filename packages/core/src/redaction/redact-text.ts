import { isSecretKey, type SecretKeyTest } from "./secret-keys.ts";
import { secretNeedles } from "./secret-values.ts";

/** What stands in the place of a secret. */
export const redacted = "[secret]";

/** Most text holds none of these, and then no costlier expression runs. */
const suspicious = /[:=]|<\/|--[a-z]|\b(?:bearer|basic|digest) |-----BEGIN/i;

// Every repetition that can start at many places is bounded: text may come from an attacker.
/** The password reaches to the last `@`, as people forget to encode theirs; `:3000/` is a port. */
const urlPassword =
  /\b([a-z][a-z0-9+.-]{0,20}:\/\/)([^\s/?#@:"\\]{0,256}):(?!\d{1,5}[/?#])([^\s"`]{0,2048})@/gi;
const urlToken = /\b(https?:\/\/)[^\s/?#@:"\\]{1,2048}@/gi;
const bearerValue =
  /\b(bearer)(\s+)(?!(?:token|auth\w*|scheme|credential\w*|challenge|realm|header)\b)[^\s,;"'[\]]{4,}/gi;
const basicValue = /\b(basic)(\s+)([A-Za-z0-9+/_-]{4,}={0,2})/gi;
const digestValue = /\b(digest)(\s+)\w+="[^\r\n]*/gi;
const privateKey =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;
/** `key=value` and `key = value`, as in queries, form bodies, cookies and connection strings. */
const assignment = /([A-Za-z0-9_.\-[\]]{3,64})(=| = )("[^"]*"|'[^']*'|[^\s&;,"'#]+)/g;
/** `--key value`, as in the command line that a failed child process quotes in its message. */
const commandOption = /(--[A-Za-z0-9_-]{3,64})( )("[^"]*"|'[^']*'|[^\s"'-][^\s"']*)/g;
/** `<key>value</key>`. */
const xmlElement = /(<([A-Za-z0-9_.:-]{3,64})(?: [^<>]{0,256})?>)[^<]+(?=<\/\2>)/g;
/** `"key": "value"`, `key: 'value'`, `"key": 12`, as JSON and the inspector write them. */
const member =
  /(["']?)([A-Za-z0-9_.-]{3,64})\1(\s{0,8}[:=]\s{0,8})("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|(?<=["'][^"']{1,80})-?\d[\d.eE+-]*)/g;
/** `\"key\": \"value\"`, as in JSON inside JSON, however often. */
const escapedMember =
  /(\\{1,15}")([A-Za-z0-9_.-]{3,64})\1(\s{0,8}:\s{0,8})\1((?:(?!\1).)*)(?:\1|$)/g;
/** `Authorization: Bearer x`, `Cookie: a=b; c=d`: the rest of the line is the value. */
const headerLine =
  /\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)(\s{0,8}:\s{0,8})(?![\s[{"'])([^\r\n"']+)/gi;

function decodesToPair(base64: string): boolean {
  return Buffer.from(base64, "base64").toString("latin1").includes(":");
}

function quotesOf(value: string): string {
  return value.startsWith("'") ? "'" : '"';
}

/**
 * Replaces the secrets that can be told from the text alone: registered values, passwords and
 * secret parameters in URLs, bearer and basic credentials, private keys in PEM, and values that
 * are written out next to a secret key, as in `password=x` and `{"password":"x"}`.
 *
 * @param text any text; it is searched whole, so cut very long text first with `boundedText`
 * @param isSecret which keys are secret; absent: the default list
 */
export function redactText(text: string, isSecret: SecretKeyTest = isSecretKey): string {
  let result = text;
  for (const needle of secretNeedles()) {
    if (result.includes(needle)) {
      result = result.replaceAll(needle, redacted);
    }
  }
  if (!suspicious.test(result)) {
    return result;
  }
  if (result.includes("-----BEGIN")) {
    result = result.replaceAll(privateKey, redacted);
  }
  if (result.includes("://")) {
    result = result
      .replaceAll(urlPassword, `$1$2:${redacted}@`)
      .replaceAll(urlToken, `$1${redacted}@`);
  }
  result = result
    .replaceAll(headerLine, `$1$2${redacted}`)
    .replaceAll(bearerValue, `$1$2${redacted}`)
    .replaceAll(basicValue, (whole: string, scheme: string, space: string, value: string) =>
      decodesToPair(value) ? `${scheme}${space}${redacted}` : whole,
    )
    .replaceAll(digestValue, `$1$2${redacted}`);
  return redactMembers(result, isSecret);
}

/** Redacts values that are written out next to their key. */
function redactMembers(text: string, isSecret: SecretKeyTest): string {
  let result = text;
  if (result.includes('\\"')) {
    result = result.replaceAll(
      escapedMember,
      (whole: string, quote: string, key: string, colon: string) =>
        isSecret(key) ? `${quote}${key}${quote}${colon}${quote}${redacted}${quote}` : whole,
    );
  }
  if (result.includes('"') || result.includes("'")) {
    result = result.replaceAll(
      member,
      (whole: string, quote: string, key: string, between: string, value: string) =>
        isSecret(key)
          ? `${quote}${key}${quote}${between}${quotesOf(value)}${redacted}${quotesOf(value)}`
          : whole,
    );
  }
  if (result.includes("=")) {
    result = result.replaceAll(assignment, (whole: string, key: string, sign: string) =>
      isSecret(key) ? `${key}${sign}${redacted}` : whole,
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

const leastMargin = 4_096;

/**
 * Redacts text and cuts it to a length, without ever showing the first half of a secret that the
 * cut goes through.
 *
 * @param text any text, of any length
 * @param limit the most characters to keep
 * @param isSecret which keys are secret; absent: the default list
 */
export function boundedText(text: string, limit: number, isSecret?: SecretKeyTest): string {
  if (text.length <= limit) {
    return redactText(text, isSecret);
  }
  const margin = Math.max(leastMargin, secretNeedles()[0]?.length ?? 0);
  const clean = redactText(text.slice(0, limit + margin), isSecret);
  const uncut =
    text.length <= limit + margin ? clean : clean.slice(0, Math.max(0, clean.length - margin));
  const shown = uncut.slice(0, limit);
  return `${shown}… (${text.length - shown.length} more characters)`;
}
