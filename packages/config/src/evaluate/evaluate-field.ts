import { redacted } from "@plinth/support/redact-forms";
import { isSecretName } from "@plinth/support/secret-names";
import * as z from "zod";
import type { ConfigFault } from "../model/config-error.ts";
import type { ConfigSource, RawValue } from "../model/config-source.ts";
import { deepFreeze } from "../model/deep-freeze.ts";
import { maskText, maskValue, registerSecret, registerUrlSecrets } from "../model/mask.ts";
import { isSecretValue } from "../model/secret.ts";
import { describeExpected, discreetExpectedOf, expectedOf } from "../schema/expected.ts";
import type { Field } from "../schema/field.ts";
import { traitsOf } from "../schema/schema-traits.ts";

const maxShownLength = 80;

/** A value as a message shows it: masked and shortened. */
export function showValue(field: Field, value: unknown, source?: ConfigSource): string {
  // A value in the secrets folder is meant to stay secret, even if its field is not.
  if (field.isHidden || isSecretValue(value) || source?.kind === "secret file") return redacted;
  const text = maskedText(field, value);
  if (text === undefined) return redacted;
  const masked = maskText(text);
  if (masked.length <= maxShownLength) return masked;
  return `${masked.slice(0, maxShownLength)}… (${masked.length} characters)`;
}

/** `undefined` if a secret may be anywhere in it. */
function maskedText(field: Field, value: unknown): string | undefined {
  if (typeof value !== "string") return safeJson(value) ?? typeof value;
  // In a malformed URL, user, password and query may be anywhere.
  if (field.isUrl && !URL.canParse(value)) return maskBrokenUrl(value);
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return safeJson(JSON.parse(value));
  } catch {
    // In malformed JSON it is unknown which value belongs to which name.
    return (value.match(/[\w.-]+/g) ?? []).some(isSecretName) ? undefined : value;
  }
}

function maskBrokenUrl(text: string): string {
  return text.replace(/^.*@/s, `${redacted}@`).replace(/\?.*$/s, `?${redacted}`);
}

function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(maskValue(value));
  } catch {
    // A cycle or a bigint: only its type is shown.
    return undefined;
  }
}

/** The outcome of one field. */
export type Evaluated =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly fault: ConfigFault };

/** Validates one field. The text of a secret is registered first, before an error can quote it. */
export function evaluateField(field: Field, raw: RawValue | undefined): Evaluated {
  if (raw !== undefined) registerRaw(field, raw.value);
  let result: z.ZodSafeParseResult<unknown>;
  try {
    result = field.schema.safeParse(raw?.value);
  } catch (error) {
    return { fault: brokenSchema(field, raw, error) };
  }
  if (result.success) {
    deepFreeze(result.data);
    return { value: result.data };
  }
  const [issue] = result.error.issues;
  const { name, variable } = field;
  if (raw === undefined) {
    const expected = describeExpected(field.schema);
    return { fault: { field: name, variable, source: { kind: "none" }, expected } };
  }
  const isAtSecret = (issue?.path ?? []).some((key) => isSecretName(String(key)));
  const say = field.isHidden || isAtSecret ? discreetExpectedOf : expectedOf;
  const expected = issue === undefined ? describeExpected(field.schema) : say(field.schema, issue);
  const path = pathText(field, issue?.path ?? []);
  return {
    fault: {
      field: name,
      variable: raw.variable,
      value: showValue(field, raw.value, raw.source),
      source: raw.source,
      expected,
      ...(path === "" ? {} : { path }),
    },
  };
}

/**
 * The fault of a schema that throws instead of reporting an issue. Thrown as it is, the error would hide the
 * other faults, and its message may quote a secret.
 */
function brokenSchema(field: Field, raw: RawValue | undefined, error: unknown): ConfigFault {
  const isAsync = error instanceof z.core.$ZodAsyncError;
  return {
    field: field.name,
    variable: raw?.variable ?? field.variable,
    source: raw?.source ?? { kind: "none" },
    expected: "a schema that judges the value",
    problem: isAsync
      ? "its schema has an asynchronous check or transform; make it synchronous, or check after loading."
      : `its schema threw ${describeThrown(error, field.isHidden || raw?.source.kind === "secret file")} instead of reporting an issue.`,
  };
}

/** What was thrown, without its message if that may quote a secret. */
export function describeThrown(error: unknown, isHidden: boolean): string {
  const name = error instanceof Error ? error.constructor.name : "something that is no error";
  if (isHidden || !(error instanceof Error)) return name;
  return `${name} (${maskText(error.message).slice(0, maxShownLength)})`;
}

function registerRaw(field: Field, value: unknown): void {
  if (field.isSecret) registerSecret(isSecretValue(value) ? value.reveal() : value);
  if (field.isUrl && typeof value === "string") registerUrlSecrets(value);
}

/** `retries[2].delay`. Keys that the schema does not declare come from the value and are never shown. */
function pathText(field: Field, path: readonly PropertyKey[]): string {
  const declared = traitsOf(field.schema).keys;
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else text += `${text === "" ? "" : "."}${declared.has(String(key)) ? String(key) : "*"}`;
  }
  return text;
}
