import { isSecretName, secretNameTest } from "@plinth/support/secret-names";

/** Decides whether what stands under a key must not be shown. */
export type SecretKeyTest = (key: string) => boolean;

/**
 * Makes the test for secret keys. Plurals and suffixes such as `_PROD` and `_PEM` make no difference,
 * and configuration hides the values of variables by the same list.
 *
 * @param additional more words that make a key secret wherever they stand in it
 */
export function secretKeyTest(additional: readonly string[] = []): SecretKeyTest {
  return secretNameTest(additional);
}

/** The test with the default list alone. */
export const isSecretKey: SecretKeyTest = isSecretName;
