/** Words that make a name secret wherever they stand in it: `dbPassword`, `PGPASSWORD`, `X-Api-Key`. */
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

/** Words that make a name secret only at its end: `accessToken` is secret, `tokenType` is not. */
const secretEndings: readonly string[] = [
  "token",
  "pwd",
  "dsn",
  "accesskey",
  "accesskeyid",
  "accountkey",
  "encryptionkey",
  "hmackey",
  "masterkey",
  "sharedkey",
  "signingkey",
  "sshkey",
  "sslkey",
  "subscriptionkey",
  "tlskey",
  "signature",
  "sessionid",
  "jwt",
];

/** Names that are secret only when they are exactly this. */
const secretNames = new Set(
  "auth tokens pin otp cvv cvc sid sig pass passcode pw bearer".split(" "),
);

/** Last words that are secret after others: `DB_PASS` and `smtpPass`, but not `bypass`. */
const secretLastWords = new Set("pass passcode pw otp cvv cvc sig sid".split(" "));

/** Last words of names that tell about a secret without being one: `passwordPolicy`, `COOKIE_DOMAIN`. */
const harmlessLastWords = new Set(
  [
    "policy type name count length endpoint expiry required enabled mode site",
    "age algorithm attempts days domain encoding file folder format hours interval iterations",
    "limit max min minutes ms path provider retries rotation rounds scheme seconds size",
    "timeout ttl version",
  ].flatMap((words) => words.split(" ")),
);
const harmlessEndings = /(?:policy|type|name|length|endpoint|expiresat)$/;

/** Where in a list to go on reading: callers need it back, and it opens nothing. */
const cursors = /(?:next|page|continuation|cursor|pagination|sync|resume)token$/;

/** What language models and rate limiters count: `maxTokens`, `prompt_tokens`. */
const counted =
  /(?:audio|cached|completion|input|max|min|num|output|prompt|reasoning|remaining|total|used)tokens$/;

/** Words after the name proper: where it is used, how it is written, which of several it is. */
const qualifiers = new Set(
  [
    "json value pem base64 b64 hex der raw txt plain encoded",
    "prod production stage staging dev development test testing qa live sandbox local",
    "primary secondary old new current previous next default backup",
  ].flatMap((words) => words.split(" ")),
);

/** Decides by its name whether a value must not be shown. */
export type SecretNameTest = (name: string) => boolean;

const cacheLimit = 2_000;
const longestCached = 64;

function normalize(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** `STRIPE_SECRET_KEY`, `stripeSecretKey` and `stripe-secret-key` as their words in lower case. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/gu, " ")
    .replaceAll(/(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, " ")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

function isQualifier(word: string | undefined): boolean {
  return word !== undefined && (qualifiers.has(word) || /^v?\d+$/.test(word));
}

function endsSecretly(plain: string): boolean {
  const singular = plain.endsWith("s") ? plain.slice(0, -1) : plain;
  if (cursors.test(singular) || counted.test(plain)) return false;
  return secretEndings.some((ending) => plain.endsWith(ending) || singular.endsWith(ending));
}

function isSecret(name: string, added: readonly string[]): boolean {
  const plain = normalize(name);
  if (added.some((word) => plain.includes(word))) return true;
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  const expires = last === "at" && words.at(-2)?.startsWith("expire") === true;
  const isHarmless =
    words.length > 1 ? expires || harmlessLastWords.has(last) : harmlessEndings.test(plain);
  if (!isHarmless && secretWords.some((word) => plain.includes(word))) return true;
  while (words.length > 1 && isQualifier(words.at(-1))) words.pop();
  const proper = words.join("");
  return (
    endsSecretly(plain) ||
    endsSecretly(proper) ||
    secretNames.has(proper) ||
    (words.length > 1 && secretLastWords.has(words.at(-1) ?? ""))
  );
}

/**
 * Makes the test for names of secrets: of fields, variables, headers, parameters. Case and everything
 * but letters and digits are ignored, apart from telling words apart. Plurals count as the singular, and
 * so does a name with a suffix such as `_PROD`, `_PEM` or `_2`.
 *
 * @param additional more words that make a name secret wherever they stand in it
 */
export function secretNameTest(additional: readonly string[] = []): SecretNameTest {
  const added = additional.map((word) => normalize(word)).filter((word) => word !== "");
  const cache = new Map<string, boolean>();
  return (name) => {
    const known = cache.get(name);
    if (known !== undefined) return known;
    const found = isSecret(name, added);
    // Names may come from users' data: without a bound the cache would grow with every new one.
    if (cache.size < cacheLimit && name.length <= longestCached) cache.set(name, found);
    return found;
  };
}

/** The test with the list above alone. */
export const isSecretName: SecretNameTest = secretNameTest();
