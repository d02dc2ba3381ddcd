import { isServiceError, type ServiceError } from "@plinth/core";
import { expect } from "vitest";

/** The error that a call rejects with. @throws {Error} Where it is none of ours, or there is none. */
export async function failureOf(call: Promise<unknown>): Promise<ServiceError> {
  const outcome = await call.then(
    () => new Error("The call was expected to fail."),
    (error: unknown) => error,
  );
  if (isServiceError(outcome)) return outcome;
  throw outcome;
}

/** What `details` holds for an input whose only faults are at these paths, with these codes. */
export function faultsAt(...faults: readonly (readonly [path: string, code: string])[]): object {
  const errors = faults.map(([path, code]) => ({ path, code, message: expect.any(String) }));
  return { errors };
}
