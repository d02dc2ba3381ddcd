import { redactText } from "@plinth/core";
import { createServiceError, FailedPreconditionError, isServiceError } from "@plinth/core/errors";
import { presentable } from "@plinth/support/presentable";
import { callDriver, probeKey } from "./call-driver.ts";
import type { OpenCollection } from "./open-collection.ts";

const maxReasonLength = 300;

const refusals: Readonly<Record<string, string>> = {
  unauthenticated: "does not accept the credentials",
  permission_denied: "denies a right that is needed",
};

/**
 * Creates or checks what a collection needs. Its errors are for the operator who starts the service: they
 * name the engine's address and reason, and are shown without a stack.
 */
export async function prepareCollection(what: string, opened: OpenCollection): Promise<void> {
  const { driver, collection, ensureSchema, checkSchema } = opened;
  if (!ensureSchema && !checkSchema) return;
  const where = driver.endpoint?.();
  const engine = where === undefined ? driver.name : `${driver.name} at ${where}`;
  let missing: readonly string[];
  try {
    missing = await callDriver(opened, what, async (options) => {
      if (ensureSchema && collection.ensureSchema !== undefined) {
        await collection.ensureSchema(options);
        return [];
      }
      if (collection.checkSchema !== undefined) return collection.checkSchema(options);
      await collection.get([probeKey], options);
      return [];
    });
  } catch (error) {
    throw startFault(what, engine, error);
  }
  if (missing.length === 0) return;
  throw presentable(
    new FailedPreconditionError(
      `${what} is not ready on ${engine}: ${missing.join(" ")} Create what is missing, or let the database do it with ensureSchema.`,
    ),
  );
}

/**
 * The error of a failed start. If it wraps a driver's error, it tells the operator the engine's reason,
 * such as a database that does not exist.
 *
 * @param what Begins the message: `Repository "things"`.
 * @param engine The engine's name and address.
 */
function startFault(what: string, engine: string, error: unknown): unknown {
  if (!isServiceError(error) || error.internalDetails["driverCode"] === undefined) return error;
  const { code, cause, internalDetails } = error;
  const fault =
    code === "unavailable"
      ? "cannot be reached or does not work; is it running? The last error was"
      : (refusals[String(internalDetails["driverCode"])] ?? "refused it");
  const message = `${what}: ${engine} ${fault}: ${reasonOf(cause)}`;
  return presentable(createServiceError(code, message, { cause, internalDetails }));
}

/** The first line of the message of an error. */
function reasonOf(raw: unknown): string {
  if (!(raw instanceof Error)) return "no reason was given.";
  // Several addresses that fail together are one error without a message.
  if (raw instanceof AggregateError && raw.message === "") return reasonOf(raw.errors[0]);
  // The names of plain errors and of errors of `pg` say nothing.
  const name = /^(error|DatabaseError)$/i.test(raw.name) ? "" : `${raw.name}: `;
  const [line = ""] = `${name}${raw.message}`.trim().split(/[\r\n]/);
  const text = redactText(line).slice(0, maxReasonLength);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
