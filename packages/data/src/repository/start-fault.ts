import { redactText } from "@plinth/core";
import { createServiceError, isServiceError } from "@plinth/core/errors";

const maxReasonLength = 300;

const refusals: Readonly<Record<string, string>> = {
  unauthenticated: "does not accept the credentials",
  permission_denied: "denies a right that is needed",
};

/**
 * What a start is rejected with: the error, and where it wraps what a driver rejected with, one that
 * tells the operator the engine's own reason, such as a database that does not exist.
 *
 * @param what begins the message: `Repository "things"`
 * @param engine the engine's name, with its address
 */
export function startFault(what: string, engine: string, error: unknown): unknown {
  if (!isServiceError(error) || error.internalDetails["driverCode"] === undefined) return error;
  const { code, cause, internalDetails } = error;
  const fault =
    code === "unavailable"
      ? "cannot be reached or does not work; is it running? The last error was"
      : (refusals[String(internalDetails["driverCode"])] ?? "refused it");
  const message = `${what}: ${engine} ${fault}: ${reasonOf(cause)}`;
  return presentable(createServiceError(code, message, { cause, internalDetails }));
}

/** Marks an error whose message alone tells an operator what to do. */
export function presentable<E extends Error>(error: E): E {
  return Object.defineProperty(error, Symbol.for("plinth.presentable"), { value: true });
}

/** The first line of a raw error: an engine's message, or that of a program. */
function reasonOf(raw: unknown): string {
  if (!(raw instanceof Error)) return "no reason was given.";
  // Several addresses tried at once fail as one error without a message of its own.
  if (raw instanceof AggregateError && raw.message === "") return reasonOf(raw.errors[0]);
  // The name of a plain error says nothing, nor does that of an error of `pg`.
  const name = /^(error|DatabaseError)$/i.test(raw.name) ? "" : `${raw.name}: `;
  const [line = ""] = `${name}${raw.message}`.trim().split(/[\r\n]/);
  const text = redactText(line).slice(0, maxReasonLength);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
