import { redactText } from "../redaction/redact-text.ts";
import { InvalidArgumentError } from "./canonical-errors.ts";

/** One fault of an input. */
export interface FieldError {
  /** The place: `"name"`, `"items[2].price"`, `""` for the whole input. */
  readonly path: string;
  /** What is wrong, without the received value. */
  readonly message: string;
  /** The kind of fault, as zod names it: `"too_big"`, `"unrecognized_keys"`. */
  readonly code: string;
}

/** The part of a zod issue that is read. Every zod 4 error fits, also of `zod/mini`. */
export interface ValidationIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly input?: unknown;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly ValidationIssue[])[];
}

/** The `error` of zod's `safeParse`. */
export interface ValidationFault {
  readonly issues: readonly ValidationIssue[];
}

const maxErrors = 64;
const namedInMessage = 3;
const maxSegmentLength = 64;
const maxMessageLength = 300;

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

/** Keys come from the caller, so they are quoted unless they are plain words. */
function segment(key: PropertyKey): string {
  if (typeof key === "number") {
    return `[${key}]`;
  }
  const text = cut(typeof key === "symbol" ? (key.description ?? "") : key, maxSegmentLength);
  return /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
}

/**
 * Formats a path as in code.
 *
 * @param path Keys and indexes, from the outside in; empty: `""`.
 */
function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map((key) => segment(key)).join("");
  return text.startsWith(".") ? text.slice(1) : text;
}

function messageOf(issue: ValidationIssue): string {
  let text = issue.message;
  const { input } = issue;
  // zod adds the input only on demand; a message with the input in it must not reveal it.
  if (typeof input === "string" || typeof input === "number" || typeof input === "bigint") {
    const received = String(input);
    if (received.length > 1 && text.includes(received)) {
      text = "Invalid value";
    }
  }
  return cut(redactText(text), maxMessageLength);
}

/** The intended branch of a union, if the value passed the first check of exactly one. */
function intendedBranch(issue: ValidationIssue): readonly ValidationIssue[] | undefined {
  const branches = issue.errors?.filter((branch) => branch.every((each) => each.path.length > 0));
  return branches?.length === 1 ? branches[0] : undefined;
}

/** Adds the errors of an issue for each field, up to the limit: one issue can name any number of keys. */
function addFieldErrors(
  errors: FieldError[],
  issue: ValidationIssue,
  prefix: readonly PropertyKey[],
): void {
  if (errors.length >= maxErrors) return;
  const path = [...prefix, ...issue.path];
  const code = issue.code ?? "custom";
  if (code === "unrecognized_keys" && issue.keys !== undefined) {
    for (const key of issue.keys.slice(0, maxErrors - errors.length)) {
      errors.push({ path: formatPath([...path, key]), message: "Unknown field", code });
    }
    return;
  }
  const branch = code === "invalid_union" ? intendedBranch(issue) : undefined;
  if (branch === undefined) {
    errors.push({ path: formatPath(path), message: messageOf(issue), code });
    return;
  }
  for (const each of branch) addFieldErrors(errors, each, path);
}

/**
 * Makes the error for an input that a schema refused. Its `details.errors` is a list of the first 64
 * {@link FieldError}s; its message names the first three. Neither contains received values.
 *
 * @param fault The error of zod's `safeParse`.
 * @param what The name of the input in the message: `"request"`, `"record of things"`.
 */
export function validationError(fault: ValidationFault, what: string): InvalidArgumentError {
  const errors: FieldError[] = [];
  for (const issue of fault.issues) addFieldErrors(errors, issue, []);
  const named = errors
    .slice(0, namedInMessage)
    .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`))
    .join("; ");
  const others = errors.length - namedInMessage;
  const least = errors.length === maxErrors ? "at least " : "";
  const more = others > 0 ? ` (and ${least}${others} more)` : "";
  return new InvalidArgumentError(`The ${what} is not valid: ${named}${more}.`, {
    details: { errors: errors.map((error) => ({ ...error })) },
  });
}
