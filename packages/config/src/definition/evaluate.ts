import { isSecretName } from "@plinth/support/secret-names";
import * as z from "zod";
import type { ConfigFault } from "../config-error.ts";
import { describeExpected, discreetExpectedOf, expectedOf } from "../parsers/expected.ts";
import { maskText, registerSecret, registerUrlSecrets } from "../secrets/mask.ts";
import { maskValue } from "../secrets/mask-value.ts";
import { hiddenSecret, isSecretValue } from "../secrets/secret.ts";
import type { ConfigSource } from "../sources/config-source.ts";
import { deepFreeze } from "./deep-freeze.ts";
import type { Field } from "./field.ts";
import { everySchema } from "./schema-walk.ts";

/** What a field is read from: a text or typed value with its source. */
export interface RawValue {
  readonly variable: string;
  readonly value: unknown;
  readonly source: ConfigSource;
}

const maxShownLength = 80;

/** A value as a message shows it: masked, shortened, on one line once quoted. */
export function showValue(field: Field, value: unknown, source?: ConfigSource): string {
  // Whoever put a value into the secrets folder meant it not to be read over a shoulder.
  if (field.isHidden || isSecretValue(value) || source?.kind === "secret file") return hiddenSecret;
  const text = maskedText(field, value);
  if (text === undefined) return hiddenSecret;
  const masked = maskText(text);
  if (masked.length <= maxShownLength) return masked;
  return `${masked.slice(0, maxShownLength)}… (${masked.length} characters)`;
}

/** `undefined` where a secret may stand anywhere in it. */
function maskedText(field: Field, value: unknown): string | undefined {
  if (typeof value !== "string") return safeJson(value) ?? typeof value;
  // In a URL that cannot be read, user, password and query may stand anywhere.
  if (field.isUrl && !URL.canParse(value)) return maskBrokenUrl(value);
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return safeJson(JSON.parse(value));
  } catch {
    // As in a broken URL, what belongs to a name cannot be told.
    return (value.match(/[\w.-]+/g) ?? []).some(isSecretName) ? undefined : value;
  }
}

function maskBrokenUrl(text: string): string {
  return text.replace(/^.*@/s, `${hiddenSecret}@`).replace(/\?.*$/s, `?${hiddenSecret}`);
}

function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(maskValue(value));
  } catch {
    // A cycle or a bigint: its type is all that can be said in one line.
    return undefined;
  }
}

/** The outcome of one field. */
export type Evaluated =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly fault: ConfigFault };

/** Validates one field. A secret's text is registered before anything can go wrong with it. */
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
 * The fault of a schema that throws instead of judging. It is listed with the others: thrown as it
 * is, it would hide them, and its message may quote a secret.
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

/** What was thrown, without its message where that may quote what must not be shown. */
export function describeThrown(error: unknown, isHidden: boolean): string {
  const name = error instanceof Error ? error.constructor.name : "something that is no error";
  if (isHidden || !(error instanceof Error)) return name;
  return `${name} (${maskText(error.message).slice(0, maxShownLength)})`;
}

function registerRaw(field: Field, value: unknown): void {
  if (field.isSecret) registerSecret(isSecretValue(value) ? value.reveal() : value);
  if (field.isUrl && typeof value === "string") registerUrlSecrets(value);
}

/** `retries[2].delay`. Keys that the schema does not declare come from the value: never shown. */
function pathText(field: Field, path: readonly PropertyKey[]): string {
  const declared = new Set(
    [...everySchema(field.schema)].flatMap((part) =>
      Object.keys((part._zod.def as { shape?: object }).shape ?? {}),
    ),
  );
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else text += `${text === "" ? "" : "."}${declared.has(String(key)) ? String(key) : "*"}`;
  }
  return text;
}
