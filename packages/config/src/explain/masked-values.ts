import type { AnyConfigClass } from "../definition/config-types.ts";
import { fieldsOf, type Origin } from "../definition/evaluate-config.ts";
import { maskValue, saysNothing } from "../secrets/mask-value.ts";
import { hiddenSecret } from "../secrets/secret.ts";

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
      const isFromFile = origins?.get(field.name)?.source.kind === "secret file";
      // Of a value that only holds secrets, the rest is shown.
      const isWhole = field.isSecretNamed || isFromFile || typeof value === "string";
      const isHidden = (field.isHidden || isFromFile) && isWhole && !saysNothing(value);
      return [field.name, isHidden ? hiddenSecret : maskValue(value)];
    }),
  );
}
