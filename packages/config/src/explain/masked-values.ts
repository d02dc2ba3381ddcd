import type { AnyConfigClass } from "../definition/config-types.ts";
import { fieldsOf, type Origin } from "../definition/evaluate-config.ts";
import { maskSecrets, maskUrl } from "../secrets/mask.ts";
import { hiddenSecret, isSecretValue } from "../secrets/secret.ts";

function maskedValue(value: unknown): unknown {
  if (typeof value === "string") return maskSecrets(maskUrl(value));
  if (isSecretValue(value)) return hiddenSecret;
  if (Array.isArray(value)) return value.map(maskedValue);
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    return maskedValue(JSON.parse(JSON.stringify(value) ?? "null"));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [maskSecrets(key), maskedValue(inner)]),
  );
}

/** The fields of a configuration as they may be shown. */
export function maskedValues(
  config: Pick<AnyConfigClass, "fields">,
  instance: object,
  origins?: ReadonlyMap<string, Origin>,
): Record<string, unknown> {
  const values = new Map(Object.entries(instance));
  return Object.fromEntries(
    [...fieldsOf(config).values()].map((field) => {
      const value: unknown = values.get(field.name);
      const isText = typeof value === "string";
      const isFromFile = origins?.get(field.name)?.source.kind === "secret file";
      const isHidden = isText && (field.isHidden || isFromFile);
      return [field.name, isHidden ? hiddenSecret : maskedValue(value)];
    }),
  );
}
