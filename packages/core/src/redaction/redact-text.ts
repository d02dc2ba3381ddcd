import { redacted, redactForms } from "@plinth/support/redact-forms";

import { isSecretKey, type SecretKeyTest } from "./secret-keys.ts";
import { secretNeedles } from "./secret-values.ts";

/**
 * Replaces the secrets that can be told from the text alone: registered values, passwords and
 * secret parameters in URLs, bearer and basic credentials, JSON web tokens, private keys in PEM,
 * headers with a secret name, and values that are written out next to a secret key, as in
 * `password=x` and `{"password":"x"}`. Time grows linearly with the text, even if it is hostile.
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
  return redactForms(result, isSecret);
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
