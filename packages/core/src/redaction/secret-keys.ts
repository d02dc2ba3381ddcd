/**
 * Words that make a key secret wherever they stand in it: `dbPassword`, `password_hash`,
 * `X-Api-Key`, `clientSecret`, `Set-Cookie`. Case and everything but letters and digits are ignored.
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
const secretNames = new Set(["auth", "tokens", "pin", "otp", "cvv", "cvc", "sid"]);

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
  const words = [...secretWords, ...additional.map((word) => normalize(word))].filter(
    (word) => word !== "",
  );
  const cache = new Map<string, boolean>();
  return (key) => {
    const cached = cache.get(key);
    if (cached !== undefined) {
      return cached;
    }
    const plain = normalize(key);
    const secret =
      words.some((word) => plain.includes(word)) ||
      secretEndings.some((ending) => plain.endsWith(ending)) ||
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
