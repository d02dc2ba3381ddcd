import { createSchemaCheck, type SchemaCheck } from "@plinth/core/transport";
import type { $ZodType } from "zod/v4/core";
import type { RepositoryDefinition } from "./definition.ts";
import { fieldSchemas, hasTwoForms, isKeptAsGiven, textChange } from "./schema-fields.ts";

/** Translates values of one field into their stored form. */
export interface FieldForm {
  /** Whether stored and used form can differ, and so can their orders. */
  readonly hasTwoForms: boolean;
  /** The stored form of a value; `undefined` if the field cannot have the value. */
  readonly encode: (value: unknown) => unknown;
  /** The same for a bound of a range, even if the field cannot have that value. */
  readonly bound: (value: unknown) => unknown;
  /** The same for the beginning of a text. */
  readonly prefix: (text: string) => string;
}

/** The forms of the key and index fields of a repository, by name. */
export type FieldForms = ReadonlyMap<string, FieldForm>;

const known = new WeakMap<RepositoryDefinition, FieldForms>();

/**
 * The forms of the fields that records are found by. Lookups translate values in the same way as writes do,
 * so that they find what was stored.
 *
 * @param refuse Throws, for a field whose form cannot be known. Default: accepts all fields.
 */
export function fieldForms(
  definition: RepositoryDefinition,
  refuse: (reason: string) => void = () => undefined,
): FieldForms {
  const made = known.get(definition);
  if (made !== undefined) return made;
  const { schema, key, indexes } = definition;
  const parts = Object.values(indexes).flatMap(({ partition, sort }) => [partition, sort]);
  const fields = new Set([...key, ...parts].filter((field) => field !== undefined));
  const forms = new Map<string, FieldForm>();
  for (const field of fields) {
    const schemas = [...fieldSchemas(schema, field)];
    const [first, ...others] = schemas.every(isKeptAsGiven) ? [] : schemas;
    if (others.length > 0) {
      refuse(
        `the field "${field}" is changed by its schema, and has several; give it one and the same in all parts of the record's schema`,
      );
    }
    forms.set(field, first === undefined ? asGiven : formOf(first));
  }
  known.set(definition, forms);
  return forms;
}

/** The form of a field that is stored unchanged. */
export const asGiven: FieldForm = {
  hasTwoForms: false,
  encode: (value) => value,
  bound: (value) => value,
  prefix: (text) => text,
};

function formOf(schema: $ZodType): FieldForm {
  let check: SchemaCheck | undefined;
  const encoded = (value: unknown): { readonly value: unknown } | undefined => {
    check ??= createSchemaCheck(schema);
    const { success, data } = check.encode(value);
    return success ? { value: data } : undefined;
  };
  const change = textChange(schema);
  const isCodec = hasTwoForms(schema);
  const changed = (value: unknown): unknown => (typeof value === "string" ? change(value) : value);
  return {
    hasTwoForms: isCodec,
    // With one form, no stored record has a value that the schema rejects: the lookup finds nothing.
    encode: (value) => {
      const found = encoded(value);
      if (found !== undefined) return found.value;
      return isCodec ? undefined : value;
    },
    bound: (value) => {
      const found = encoded(value);
      return found === undefined ? changed(value) : found.value;
    },
    prefix: (text) => {
      // With a letter behind it, the end of the prefix is not the end of the text, and is not trimmed.
      const continued = change(`${text}x`);
      return /x$/i.test(continued) ? continued.slice(0, -1) : change(text);
    },
  };
}
