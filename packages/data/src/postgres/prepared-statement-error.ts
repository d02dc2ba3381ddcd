import { createServiceError, type ServiceError } from "@plinth/core/errors";
import { presentable } from "@plinth/support/presentable";
import { hasLostStatement } from "./error-code.ts";

/**
 * Says what to do where a server has a prepared statement that this connection did not prepare, or lacks
 * one that it did: a pooler lends the connections of the server to one client after the other.
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
