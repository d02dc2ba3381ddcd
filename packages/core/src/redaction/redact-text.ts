import { redacted, redactForms } from "@plinth/support/redact-forms";

import { isSecretKey, type SecretKeyTest } from "./secret-keys.ts";
import { secretNeedles } from "./secret-values.ts";

/**
 * Replaces secrets that are recognizable in a text: registered values, passwords and secret parameters in URLs,
 * bearer and basic credentials, JSON web tokens, private keys in PEM, headers with a secret name, and values next
 * to a secret key, as in `password=x` and `{"password":"x"}`. Time grows linearly with the text, even if it is
 * hostile.
 *
 * @param text Any text. It is searched to its end, so cut very long text first.
 * @param isSecret Which keys are secret. Default: the default list.
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
 * Redacts a text and cuts it to a length, without showing the first part of a secret that is cut.
 *
 * @param text Any text, of any length.
 * @param limit How many characters to keep at most.
 * @param isSecret Which keys are secret. Default: the default list.
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
