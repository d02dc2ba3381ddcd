import { redactText } from "@plinth/core";
import { type ErrorCode, isServiceError, toServiceError } from "@plinth/core/errors";
import type { DeadLetterReason } from "../driver/settlement.ts";

const longestMessage = 1_000;

/** The code of whatever a handler threw. */
export function codeOf(error: unknown): ErrorCode {
  return toServiceError(error).code;
}

/** One sentence about whatever a handler threw, for operators: no stack, no known secret. */
export function describeFailure(error: unknown): string {
  const text =
    error instanceof Error
      ? isServiceError(error)
        ? error.message
        : `${error.name}: ${error.message}`
      : "Something that is no error was thrown.";
  const redacted = redactText(text);
  return redacted.length > longestMessage ? `${redacted.slice(0, longestMessage - 1)}…` : redacted;
}

/** What stands with a dead letter. */
export function deadLetterReason(error: unknown, attempts: number, at: number): DeadLetterReason {
  return { code: codeOf(error), message: describeFailure(error), attempts, at };
}
