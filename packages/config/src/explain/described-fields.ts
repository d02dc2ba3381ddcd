import type { AnyConfigClass } from "../definition/config-types.ts";
import { fieldsOf } from "../definition/evaluate-config.ts";
import type { Field } from "../definition/field.ts";
import type * as z from "zod";
import { innerTypeOf } from "../definition/schema-walk.ts";
import { type ParserInfo, parserInfo } from "../parsers/text-parser.ts";
import { describeExpected } from "../parsers/expected.ts";
import { maskText } from "../secrets/mask.ts";
import { maskValue } from "../secrets/mask-value.ts";
import { hiddenSecret, isSecretValue } from "../secrets/secret.ts";

/** A field as the generated documents show it. */
export interface DescribedField extends Field {
  readonly expected: string;
  readonly isRequired: boolean;
  /** The default as a variable would hold it; absent when there is none. */
  readonly defaultText?: string;
}

/** Describes the fields of a class from its schemas alone. */
export function describedFields(config: AnyConfigClass): DescribedField[] {
  return [...fieldsOf(config).values()].map((field) => {
    const absent = field.schema.safeParse(undefined);
    const expected = describeExpected(field.schema);
    if (!absent.success) return { ...field, expected, isRequired: true };
    const text = defaultText(field, absent.data);
    return {
      ...field,
      expected,
      isRequired: false,
      ...(text === undefined ? {} : { defaultText: text }),
    };
  });
}

function formatOf(schema: z.ZodType): ParserInfo["format"] {
  const inner = innerTypeOf(schema);
  return parserInfo(schema)?.format ?? (inner === undefined ? undefined : formatOf(inner));
}

function defaultText(field: Field, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (field.isHidden || isSecretValue(value)) return hiddenSecret;
  const format = formatOf(field.schema);
  if (typeof value === "number" && format !== undefined) return format(value);
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    return value.join(",");
  }
  return typeof value === "string" ? maskText(value) : JSON.stringify(maskValue(value));
}
