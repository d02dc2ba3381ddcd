import { isSecretName } from "@plinth/support/secret-names";
import { maskSecrets, maskText } from "./mask.ts";
import { hiddenSecret, isSecretValue } from "./secret.ts";

/**
 * A value as it may be shown: secrets, and what stands under a name that says it is one, are hidden at any
 * depth, and texts are masked.
 */
export function maskValue(value: unknown): unknown {
  if (typeof value === "string") return maskSecrets(maskText(value));
  if (isSecretValue(value)) return hiddenSecret;
  if (Array.isArray(value)) return value.map(maskValue);
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return maskValue(JSON.parse(JSON.stringify(value) ?? "null"));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      maskSecrets(key),
      isSecretName(key) && !saysNothing(inner) ? hiddenSecret : maskValue(inner),
    ]),
  );
}

/** Whether a value may stand under the name of a secret: there is none, or it is a yes or no. */
export function saysNothing(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "boolean";
}
