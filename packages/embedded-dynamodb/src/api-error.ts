import type { Wire } from "./dynalite-modules.ts";

/** An error in the form that DynamoDB sends to clients. dynalite's own have this shape. */
export class ApiError extends Error {
  readonly statusCode: number;
  readonly body: Wire;

  constructor(type: string, message: string, fields: Wire = {}) {
    super(message);
    this.name = type;
    this.statusCode = type === "InternalServerError" ? 500 : 400;
    const space = type === "ValidationException" ? validationSpace : serviceSpace;
    this.body = { __type: space + type, message, ...fields };
  }
}

const validationSpace = "com.amazon.coral.validate#";
const serviceSpace = "com.amazonaws.dynamodb.v20120810#";

/** Whether an error, ours or dynalite's, is meant for the client. */
export function isApiError(error: unknown): error is Error & Pick<ApiError, "statusCode" | "body"> {
  return error instanceof Error && "statusCode" in error && "body" in error;
}

/** The type without its namespace, such as `ConditionalCheckFailedException`; "" for other errors. */
export function apiErrorType(error: unknown): string {
  return isApiError(error) ? String(error.body["__type"]).replace(/^.*#/, "") : "";
}

export function throttled(): ApiError {
  return new ApiError("ProvisionedThroughputExceededException", throughputMessage);
}

export const throughputMessage: string =
  "The level of configured provisioned throughput for the table was exceeded. " +
  "Consider increasing your provisioning level with the UpdateTable API.";
