import {
  createServiceError,
  type ErrorCode,
  isServiceError,
  type ServiceError,
} from "@plinth/core/errors";
import type { MessagingDriver } from "../driver/messaging-driver.ts";

const sentences: Partial<Record<ErrorCode, string>> = {
  cancelled: "the call was cancelled",
  deadline_exceeded: "the broker did not answer in time",
  unavailable: "the broker cannot be reached or does not answer",
  resource_exhausted: "the broker has no capacity left for it",
  failed_precondition: "the broker has something else under that name",
  unimplemented: "the broker does not offer it",
};

/**
 * Wraps what a driver rejected with, once. Codes that speak of the app's own standing with its broker
 * become `internal`: passed on, they would tell the app's caller that *he* lacks a permission.
 *
 * @param what begins the message: `Publishing 3 events`
 */
export function wrapDriverError(driver: MessagingDriver, what: string, raw: unknown): ServiceError {
  if (isServiceError(raw)) return raw;
  const driverCode = driver.errorCode(raw);
  const sentence = driverCode === undefined ? undefined : sentences[driverCode];
  const known = driverCode !== undefined && sentence !== undefined ? driverCode : "internal";
  return createServiceError(known, `${what}: ${sentence ?? "the broker refused it"}.`, {
    cause: raw,
    // For the log: names of collections and keys, and where the engine is, are nothing for strangers.
    concealed: true,
    internalDetails: {
      driver: driver.name,
      endpoint: driver.endpoint?.(),
      driverCode: driverCode ?? "unknown",
    },
  });
}
