/**
 * Words that make a key secret wherever they stand in it: `dbPassword`, `password_hash`,
 * `X-Api-Key`, `clientSecret`, `Set-Cookie`; only a harmless ending outweighs them. Case and
 * everything but letters and digits are ignored.
 */
const secretWords: readonly string[] = [
  "password",
  "passwd",
  "passphrase",
  "secret",
  "credential",
  "authorization",
  "cookie",
  "apikey",
  "privatekey",
  "connectionstring",
];

/** Words that make a key secret only at its end: `accessToken` is secret, `tokenType` is not. */
const secretEndings: readonly string[] = [
  "token",
  "pwd",
  "accesskey",
  "accesskeyid",
  "signingkey",
  "encryptionkey",
  "signature",
  "sessionid",
  "jwt",
];

/** Keys that are secret only when they are exactly this. */
const secretNames = new Set("auth tokens pin otp cvv cvc sid pass passcode pw bearer".split(" "));

/** Ends of keys that tell about a secret without being one: `passwordPolicy`, `cookieName`. */
const harmlessEndings = /(?:policy|type|name|count|length|endpoint|expiresat)$/;

/** Where in a list to go on reading: callers need it back, and it opens nothing. */
const cursors = /(?:next|page|continuation|cursor|pagination|sync|resume)token$/;

/** Decides whether what stands under a key must not be shown. */
export type SecretKeyTest = (key: string) => boolean;

const cacheLimit = 2_000;

function normalize(key: string): string {
  return key.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/**
 * Makes the test for secret keys.
 *
 * @param additional more words that make a key secret wherever they stand in it
 */
export function secretKeyTest(additional: readonly string[] = []): SecretKeyTest {
  const added = additional.map((word) => normalize(word)).filter((word) => word !== "");
  const cache = new Map<string, boolean>();
  return (key) => {
    const cached = cache.get(key);
    if (cached !== undefined) {
      return cached;
    }
    const plain = normalize(key);
    const secret =
      added.some((word) => plain.includes(word)) ||
      (!harmlessEndings.test(plain) && secretWords.some((word) => plain.includes(word))) ||
      (!cursors.test(plain) && secretEndings.some((ending) => plain.endsWith(ending))) ||
      secretNames.has(plain);
    // Keys may come from users' data: without a bound the cache would grow with every new one.
    if (cache.size < cacheLimit && key.length <= 64) {
      cache.set(key, secret);
    }
    return secret;
  };
}

/** The test with the default list alone. */
export const isSecretKey: SecretKeyTest = secretKeyTest();
