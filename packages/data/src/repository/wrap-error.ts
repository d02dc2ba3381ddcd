import {
  createServiceError,
  type ErrorCode,
  isServiceError,
  type ServiceError,
} from "@plinth/core/errors";
import type { Driver } from "../driver/driver.ts";

const sentences: Partial<Record<ErrorCode, string>> = {
  cancelled: "the request was cancelled",
  deadline_exceeded: "the database did not answer in time",
  unavailable: "the database cannot be reached or does not answer",
  resource_exhausted: "the database has no capacity left for it",
  aborted: "it met a concurrent change",
  data_loss: "the database reports damaged data",
  unimplemented: "the database does not offer it",
};

/**
 * Wraps what a driver rejected with, once. Codes that speak about the service's own standing with its
 * database (no permission, no table, a request it does not understand) become `internal`: passed on,
 * they would tell the service's caller that *he* lacks a permission.
 *
 * @param what begins the message: `Repository "things", get "a"`
 */
export function wrapDriverError(driver: Driver, what: string, raw: unknown): ServiceError {
  if (isServiceError(raw)) return raw;
  const driverCode = driver.errorCode(raw);
  const sentence = driverCode === undefined ? undefined : sentences[driverCode];
  const code = driverCode !== undefined && sentence !== undefined ? driverCode : "internal";
  return createServiceError(code, `${what}: ${sentence ?? "the database refused it"}.`, {
    cause: raw,
    internalDetails: {
      driver: driver.name,
      endpoint: driver.endpoint?.(),
      driverCode: driverCode ?? "unknown",
    },
  });
}
