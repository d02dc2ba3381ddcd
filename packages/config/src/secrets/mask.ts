import { redactForms } from "@plinth/support/redact-forms";
import { isSecretName } from "@plinth/support/secret-names";

const registryKey = Symbol.for("plinth.secrets");
/** Shorter values would mask half of every line: "a", "dev", "1234". */
const shortestMasked = 6;
const parameter = /([?&])([^?=&#\s]*)=[^&#\s"]+/g;
/** In the query of a URL, more names are taken for those of secrets than elsewhere: `?key=`. */
const secretParameter = /pass|secret|token|key|credential|sig/i;

function registry(): Set<string> {
  const holder = globalThis as { [registryKey]?: Set<string> };
  return (holder[registryKey] ??= new Set());
}

/**
 * Makes a value known to whatever masks text, loggers among them: the set of strings under
 * `globalThis[Symbol.for("plinth.secrets")]`. Takes the strings inside objects and arrays too.
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

/** Registers what is secret in a URL: user, password and the values of keys such as `token`. */
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

/** Replaces what stands before the `@` of a URL, however broken the URL is. */
export function maskUrl(text: string): string {
  return text
    .replaceAll(/[^"]+/g, maskCredentials)
    .replaceAll(parameter, (whole: string, mark: string, name: string) =>
      secretParameter.test(name) ? `${mark}${name}=[secret]` : whole,
    );
}

/** From the first `://` to the last `@`, as a password may have both in it. */
function maskCredentials(text: string): string {
  const start = (/[a-z0-9+.-]:\/\//i.exec(text)?.index ?? text.length) + "s://".length;
  const end = text.lastIndexOf("@");
  return end < start ? text : `${text.slice(0, start)}[secret]${text.slice(end)}`;
}

/** Replaces what gives itself away as a secret in a text: in URLs, next to a secret name, by its form. */
export function maskText(text: string): string {
  return redactForms(maskUrl(text), isSecretName);
}

/** Replaces every registered secret in a text, the longest first. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const secret of [...registry()].toSorted((a, b) => b.length - a.length)) {
    masked = masked.replaceAll(secret, "[secret]");
    const escaped = JSON.stringify(secret).slice(1, -1);
    if (escaped !== secret) masked = masked.replaceAll(escaped, "[secret]");
  }
  return masked;
}
