import { createServiceError, type ServiceError } from "@plinth/core/errors";
import { presentable } from "@plinth/support/presentable";
import { hasLostStatement } from "./error-code.ts";

/**
 * The error for a server that has a prepared statement which this connection did not prepare, or lacks one that
 * it did: a pooler shares the connections of the server between clients. Says what to do.
 */
export function preparedStatementError(raw: Error): ServiceError {
  return presentable(
    createServiceError(
      hasLostStatement(raw) ? "unavailable" : "internal",
      `Postgres refused a prepared statement: ${raw.message}. Behind a pooler such as PgBouncer in transaction mode, set preparedStatements: false.`,
      { cause: raw },
    ),
  );
}
