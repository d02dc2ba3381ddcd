import { redacted, redactForms } from "@plinth/support/redact-forms";
import { isSecretName } from "@plinth/support/secret-names";

/** Marks the prototype of `Secret`. */
export const secretBrand: unique symbol = Symbol.for("plinth.config.secret");

const registryKey = Symbol.for("plinth.secrets");
/** Shorter values would mask half of every line: "a", "dev", "1234". */
const shortestMasked = 6;
const parameter = /([?&])([^?=&#\s]*)=[^&#\s"]+/g;
/** In the query of a URL, more names count as secret than elsewhere: `?key=`. */
const secretParameter = /pass|secret|token|key|credential|sig/i;

function registry(): Set<string> {
  const holder = globalThis as { [registryKey]?: Set<string> };
  return (holder[registryKey] ??= new Set());
}

/**
 * Adds a value to the set of strings that loggers and errors mask, which is
 * `globalThis[Symbol.for("plinth.secrets")]`. Of objects and arrays, the strings inside are added.
 */
export function registerSecret(value: unknown): void {
  if (typeof value === "string") {
    for (const form of [value, value.trim()]) {
      if (form.length >= shortestMasked) registry().add(form);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) registerSecret(inner);
  }
}

/** Registers the password of a URL and the values of parameters such as `token`. */
export function registerUrlSecrets(text: string): void {
  if (!URL.canParse(text)) return;
  const { password, searchParams } = new URL(text);
  const [, written] = /:\/\/[^\s/?#:@]*:([^\s/?#]*)@/.exec(text) ?? [];
  for (const form of [password, written, safelyDecoded(password)]) registerSecret(form);
  for (const [name, value] of searchParams) {
    if (secretParameter.test(name)) registerSecret(value);
  }
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Masks the credentials and the secret parameters of URLs, malformed ones included. */
function maskUrls(text: string): string {
  return text
    .replaceAll(/[^"]+/g, maskCredentials)
    .replaceAll(parameter, (whole: string, mark: string, name: string) =>
      secretParameter.test(name) ? `${mark}${name}=${redacted}` : whole,
    );
}

/** From the first `://` to the last `@`, as a password may contain both. */
function maskCredentials(text: string): string {
  const start = (/[a-z0-9+.-]:\/\//i.exec(text)?.index ?? text.length) + "s://".length;
  const end = text.lastIndexOf("@");
  return end < start ? text : `${text.slice(0, start)}${redacted}${text.slice(end)}`;
}

/** Masks what looks like a secret in a text: in URLs, next to a secret name, by its form. */
export function maskText(text: string): string {
  return redactForms(maskUrls(text), isSecretName);
}

/** Masks every registered secret in a text, the longest first. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const secret of [...registry()].toSorted((a, b) => b.length - a.length)) {
    masked = masked.replaceAll(secret, redacted);
    const escaped = JSON.stringify(secret).slice(1, -1);
    if (escaped !== secret) masked = masked.replaceAll(escaped, redacted);
  }
  return masked;
}

/**
 * A value that is safe to show. Secrets, and values under a name that says so, are hidden at any depth;
 * texts are masked.
 */
export function maskValue(value: unknown): unknown {
  if (typeof value === "string") return maskSecrets(maskText(value));
  if (Array.isArray(value)) return value.map(maskValue);
  if (typeof value !== "object" || value === null) return value;
  if (secretBrand in value) return redacted;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return maskValue(JSON.parse(JSON.stringify(value) ?? "null"));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      maskSecrets(key),
      isSecretName(key) && !isHarmless(inner) ? redacted : maskValue(inner),
    ]),
  );
}

/** Whether a value is safe to show under the name of a secret: there is none, or it is true or false. */
export function isHarmless(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "boolean";
}
