import type { AttributeMap } from "./dynalite-modules.ts";
import { ApiError, apiErrorType, isApiError } from "./api-error.ts";

/** Why one action of a transaction failed; `{ Code: "None" }` for one that would have passed. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: AttributeMap;
}

/** TransactionCanceledException with one reason for each action, in order. */
export function transactionCancelled(reasons: readonly CancellationReason[]): ApiError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new ApiError("TransactionCanceledException", message, {
    Message: message,
    CancellationReasons: reasons,
  });
}

/**
 * The cancellation reason for the error of one action.
 *
 * @throws The error itself if it concerns the whole request, such as an unknown table.
 */
export function reasonOf(error: unknown, item: AttributeMap | undefined): CancellationReason {
  const type = apiErrorType(error);
  if (type === "ConditionalCheckFailedException") {
    const reason = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" };
    return item === undefined ? reason : { ...reason, Item: item };
  }
  if (type === "ValidationException" && isApiError(error)) {
    return { Code: "ValidationError", Message: String(error.body["message"]) };
  }
  throw error;
}
