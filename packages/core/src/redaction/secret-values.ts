/**
 * Secret values known to the process. Code that loads a secret registers it here; afterwards no log line and no
 * serialized error contains it, not even inside a message.
 *
 * The registry is one `Set` per process, under `Symbol.for("plinth.secrets")`, so that packages without a
 * dependency on this one, and other copies of it, add to the same set.
 */
const registryKey: symbol = Symbol.for("plinth.secrets");

/** Shorter values are not registered: replacing every "abc" would garble lines and protect nothing. */
const shortestSecret = 6;

// Cached here: looking up a symbol on the global object costs more than a short log line.
let shared: Set<string> | undefined;

function registry(): Set<string> {
  if (shared !== undefined) {
    return shared;
  }
  const found: unknown = Reflect.get(globalThis, registryKey);
  shared = found instanceof Set ? (found as Set<string>) : new Set<string>();
  Object.defineProperty(globalThis, registryKey, {
    value: shared,
    configurable: true,
    writable: true,
  });
  return shared;
}

/**
 * Registers a secret value: from now on the logger and serialized errors replace it by `[secret]` in every text.
 *
 * @param value The secret text. A text of fewer than 6 characters is ignored.
 */
export function registerSecret(value: string): void {
  if (value.length >= shortestSecret) {
    registry().add(value);
  }
}

/**
 * Removes a registered value, for tests and for rotated secrets that are no longer valid.
 *
 * @param value The text that was given to {@link registerSecret}. Unknown text is ignored.
 */
export function forgetSecret(value: string): void {
  registry().delete(value);
}

/** The forms of a secret in texts: as it is, inside a URL, inside a JSON string, in base64. */
function formsOf(secret: string): string[] {
  const forms = [secret];
  let encoded = secret;
  try {
    encoded = encodeURIComponent(secret);
  } catch {
    // A lone surrogate cannot be URL-encoded, so that form does not occur.
  }
  const quoted = JSON.stringify(secret).slice(1, -1);
  const base64 = Buffer.from(secret).toString("base64");
  for (const form of [encoded, quoted, base64]) {
    if (!forms.includes(form)) {
      forms.push(form);
    }
  }
  return forms;
}

let known: readonly string[] = [];
let needles: readonly string[] = [];

function unchanged(secrets: Set<string>): boolean {
  if (secrets.size !== known.length) {
    return false;
  }
  if (secrets.size === 0) {
    return true;
  }
  let index = 0;
  for (const secret of secrets) {
    if (known[index] !== secret) {
      return false;
    }
    index += 1;
  }
  return true;
}

/**
 * The texts to replace, longest first, so that a secret that starts with another one is replaced whole. They are
 * computed again only after a change of the registry.
 */
export function secretNeedles(): readonly string[] {
  const secrets = registry();
  if (!unchanged(secrets)) {
    known = [...secrets];
    needles = known
      .filter((secret) => typeof secret === "string" && secret.length >= shortestSecret)
      .flatMap((secret) => formsOf(secret))
      .toSorted((left, right) => right.length - left.length);
  }
  return needles;
}
