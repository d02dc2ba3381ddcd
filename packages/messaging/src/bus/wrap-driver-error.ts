import {
  createServiceError,
  type ErrorCode,
  isServiceError,
  type ServiceError,
} from "@plinth/core/errors";
import { type DriverErrorRules, wrapDriverError as wrap } from "@plinth/support/driver-error";
import type { MessagingDriver } from "../driver/messaging-driver.ts";

const rules: DriverErrorRules<ErrorCode, ServiceError> = {
  answers: {
    cancelled: ["cancelled", "the call was cancelled"],
    deadline_exceeded: ["deadline_exceeded", "the broker did not answer in time"],
    unavailable: ["unavailable", "the broker cannot be reached or does not answer"],
    resource_exhausted: ["resource_exhausted", "the broker has no capacity left for it"],
    failed_precondition: ["failed_precondition", "the broker has something else under that name"],
    unimplemented: ["unimplemented", "the broker does not offer it"],
  },
  otherwise: ["internal", "the broker refused it"],
  isServiceError: (raw) => isServiceError(raw),
  create: (code, what, sentence, options) =>
    // Concealed: names of queues, and where the broker is, belong into the log and not to callers.
    createServiceError(code, `${what}: ${sentence}.`, { ...options, concealed: true }),
};

/**
 * Wraps what a driver rejected with, once.
 *
 * @param what Begins the message: `Publishing 3 events`.
 */
export function wrapDriverError(driver: MessagingDriver, what: string, raw: unknown): ServiceError {
  return wrap(driver, what, raw, rules);
}
