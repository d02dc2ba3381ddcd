import { redacted } from "@plinth/support/redact-forms";
import type { AnyConfigClass } from "../model/config-class.ts";
import { ConfigExplanation } from "../model/config-explanation.ts";
import type { Origin } from "../model/config-source.ts";
import { isHarmless, maskValue } from "../model/mask.ts";
import { fieldsOf } from "../schema/class-fields.ts";

/** Explains a configuration object. */
export function explainConfig(
  config: Pick<AnyConfigClass, "fields" | "name">,
  instance: object,
  origins: ReadonlyMap<string, Origin> = new Map(),
): ConfigExplanation {
  const values = maskedValues(config, instance, origins);
  const fields = Array.from(fieldsOf(config).values(), ({ name, variable, description }) => {
    const origin: Origin = origins.get(name) ?? { variable, source: { kind: "none" } };
    const value = values[name];
    return { field: name, ...(value === undefined ? {} : { value }), ...origin, description };
  });
  return new ConfigExplanation(config.name, fields);
}

/** The fields of a configuration without what must not be shown. */
export function maskedValues(
  config: Pick<AnyConfigClass, "fields">,
  instance: object,
  origins: ReadonlyMap<string, Origin> = new Map(),
): Record<string, unknown> {
  const values = new Map(Object.entries(instance));
  return Object.fromEntries(
    Array.from(fieldsOf(config).values(), (field) => {
      const value: unknown = values.get(field.name);
      const isFromFile = origins.get(field.name)?.source.kind === "secret file";
      // In a structured value of another name, only the secrets inside are hidden.
      const isWhole = field.isSecretNamed || isFromFile || typeof value === "string";
      const isHidden = (field.isHidden || isFromFile) && isWhole && !isHarmless(value);
      return [field.name, isHidden ? redacted : maskValue(value)];
    }),
  );
}
