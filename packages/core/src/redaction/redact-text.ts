import { isSecretKey, type SecretKeyTest } from "./secret-keys.ts";
import { secretNeedles } from "./secret-values.ts";

/** What stands in the place of a secret. */
export const redacted = "[secret]";

/** Most text holds none of these, and then no costlier expression runs. */
const suspicious = /[:=]|\b(?:bearer|basic|digest) |-----BEGIN/i;

const urlUserInformation = /([a-z][a-z0-9+.-]*:\/\/)([^\s/?#@"'<>\\]*):([^\s/?#"'<>]*)@/gi;
const urlLoneUserInformation = /(https?:\/\/)[^\s/?#@:"'<>\\]+@/gi;
const authorizationValue = /\b(bearer|basic|digest)(\s+)[^\s,;"'[\]]{4,}/gi;
const privateKey =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
/** `key=value` without spaces, as in queries, form bodies, cookies and connection strings. */
const assignment = /([A-Za-z0-9_.\-[\]]{3,64})=("[^"]*"|'[^']*'|[^\s&;,"'#]+)/g;
/** `"key": "value"` or `"key": 12`, also with its quotes escaped. */
const jsonMember = /(\\?["'])([A-Za-z0-9_.-]{3,64})\1(\s*:\s*)(\\?["'])((?:(?!\4).)*)(\4|$)/g;
const jsonNumber = /(\\?["'])([A-Za-z0-9_.-]{3,64})\1(\s*:\s*)(-?\d[\d.eE+-]*)/g;
/** `Authorization: Bearer x`, `Cookie: a=b; c=d`: the rest of the line is the value. */
const headerLine =
  /\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)(\s*:\s*)(?!\s*[[{])([^\r\n"']+)/gi;

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
      .replaceAll(urlUserInformation, `$1$2:${redacted}@`)
      .replaceAll(urlLoneUserInformation, `$1${redacted}@`);
  }
  result = result.replaceAll(headerLine, `$1$2${redacted}`);
  result = result.replaceAll(authorizationValue, `$1$2${redacted}`);
  if (result.includes("=")) {
    result = result.replaceAll(assignment, (whole: string, key: string) =>
      isSecret(key) ? `${key}=${redacted}` : whole,
    );
  }
  if (result.includes(":")) {
    result = result
      .replaceAll(
        jsonMember,
        (whole: string, quote: string, key: string, colon: string, open: string) =>
          isSecret(key) ? `${quote}${key}${quote}${colon}${open}${redacted}${open}` : whole,
      )
      .replaceAll(jsonNumber, (whole: string, quote: string, key: string, colon: string) =>
        isSecret(key) ? `${quote}${key}${quote}${colon}${quote}${redacted}${quote}` : whole,
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
