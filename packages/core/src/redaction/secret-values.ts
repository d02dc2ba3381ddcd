/**
 * Secret values known to the process: whoever loads a secret registers it here, and no log line or
 * serialized error contains it afterwards, not even inside a message.
 *
 * The registry is one `Set` per process, found under `Symbol.for("plinth.secrets")`, so that a
 * package which does not depend on this one, or another copy of it, can add to the same set.
 */
const registryKey: symbol = Symbol.for("plinth.secrets");

/** Shorter values are not registered: replacing every "abc" would garble lines and guard nothing. */
const shortestSecret = 6;

// Kept here as well: looking a symbol up on the global object costs more than a short log line.
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
 * Makes a value unspeakable: from now on `[secret]` stands in its place in every string that goes
 * through the logger or into a serialized error.
 *
 * @param value the secret text; one of fewer than 6 characters is ignored
 */
export function registerSecret(value: string): void {
  if (value.length >= shortestSecret) {
    registry().add(value);
  }
}

/**
 * Forgets a registered value, for tests and for rotated secrets that are no longer valid.
 *
 * @param value the text given to {@link registerSecret}; unknown text is ignored
 */
export function forgetSecret(value: string): void {
  registry().delete(value);
}

/** The forms in which a secret turns up in text: as it is, inside a URL, inside a JSON string. */
function formsOf(secret: string): string[] {
  const forms = [secret];
  let encoded = secret;
  try {
    encoded = encodeURIComponent(secret);
  } catch {
    // A lone surrogate cannot be URL-encoded, so it cannot turn up in that form either.
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
 * What to look for in text, longest first, so that a secret which begins like another is replaced
 * whole. Computed again only when the registry changed.
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
