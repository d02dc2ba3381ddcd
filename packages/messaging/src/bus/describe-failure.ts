import { redactText } from "@plinth/core";
import { type ErrorCode, isErrorCode, isServiceError, toServiceError } from "@plinth/core/errors";
import type { DeadLetterReason } from "../driver/settlement.ts";

const maxMessageLength = 1_000;

/** The code of any value that a handler threw. Never throws. */
export function codeOf(error: unknown): ErrorCode {
  try {
    const { code } = toServiceError(error);
    return isErrorCode(code) ? code : "internal";
  } catch {
    return "internal";
  }
}

/** One sentence about any value that a handler threw: no stack, no known secret. Never throws. */
export function describeFailure(error: unknown): string {
  try {
    const redacted = redactText(sentenceOf(error));
    return redacted.length > maxMessageLength
      ? `${redacted.slice(0, maxMessageLength - 1)}…`
      : redacted;
  } catch {
    return "An error that cannot be read was thrown.";
  }
}

/** Properties of an error can throw, and can be something other than text. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return "Something that is no error was thrown.";
  const { name, message }: { readonly name: unknown; readonly message: unknown } = error;
  return isServiceError(error) ? String(message) : `${String(name)}: ${String(message)}`;
}

/** The reason that is stored with a dead letter. Never throws. */
export function deadLetterReason(error: unknown, attempts: number, at: number): DeadLetterReason {
  return { code: codeOf(error), message: describeFailure(error), attempts, at };
}
