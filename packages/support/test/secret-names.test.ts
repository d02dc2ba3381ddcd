import { isSecretName } from "@plinth/support/secret-names";
import { expect, test } from "vitest";

test.each([
  ["words", "password dbPassword DB_PASSWORD PGPASSWORD client-secret apiKey X-Api-Key privateKey"],
  ["endings", "accessToken refresh_token pwd SENTRY_DSN AWS_SECRET_ACCESS_KEY hmacKey x-signature"],
  [
    "a key behind its kind",
    "STRIPE_SECRET_KEY TLS_PRIVATE_KEY MASTER_KEY Ocp-Apim-Subscription-Key",
  ],
  ["plurals", "API_KEYS passwords accessTokens refresh-tokens secrets signatures SSH_KEYS"],
  ["suffixes", "API_TOKEN_PROD TOKEN_PEM PRIVATE_KEY_PEM signingKeyV2 DB_PASS_1 SESSION_TOKEN_OLD"],
  ["the last of several words", "DB_PASS smtpPass user-otp"],
  ["whole names", "auth pin sid sig pass bearer tokens"],
  ["what only looks harmless", "API_KEY_ACCOUNT SECRET_ADMIN apiKeyUsername"],
])("%s make a name secret", (_, names) => {
  expect(names.split(" ").filter((name) => !isSecretName(name))).toEqual([]);
});

test.each([
  ["other words", "key keys name id user author tokenizer description bypass compass pint"],
  [
    "what tells about a secret",
    "tokenType passwordPolicy COOKIE_NAME PASSWORD_MIN_LENGTH cookieName",
  ],
  ["where it is kept", "PRIVATE_KEY_FILE SECRETS_FOLDER COOKIE_DOMAIN COOKIE_PATH"],
  ["for how long", "TOKEN_TTL COOKIE_MAX_AGE PASSWORD_EXPIRES_AT passwordExpiresAt SECRET_TIMEOUT"],
  ["cursors", "nextToken pageToken continuation_token SYNC_TOKEN"],
  ["counts", "maxTokens prompt_tokens totalTokens API_KEY_LIMIT"],
])("%s make none", (_, names) => {
  expect(names.split(" ").filter((name) => isSecretName(name))).toEqual([]);
});
