import { isSecretName, secretNameTest } from "@plinth/support/secret-names";

/** Decides whether the value of a key is a secret. */
export type SecretKeyTest = (key: string) => boolean;

/**
 * Makes a test for secret keys. Plurals and suffixes such as `_PROD` and `_PEM` make no difference. Configuration
 * hides the values of variables by the same list.
 *
 * @param additional More words that make a key secret anywhere in it. Default: none.
 */
export function secretKeyTest(additional: readonly string[] = []): SecretKeyTest {
  return secretNameTest(additional);
}

/** The test with the default list only. */
export const isSecretKey: SecretKeyTest = isSecretName;
