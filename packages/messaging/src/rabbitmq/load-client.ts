import { FailedPreconditionError } from "@plinth/core/errors";
import type { connect } from "amqplib";

/** What the driver needs of the client. */
export interface Client {
  readonly connect: typeof connect;
}

/**
 * Imports the client when the driver is opened: nobody loads it who does not use it.
 *
 * @returns rejects with `failed_precondition` where it is not installed
 */
export async function loadClient(
  load: () => Promise<Client> = () => import("amqplib"),
): Promise<Client> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw Object.defineProperty(
      new FailedPreconditionError(
        "The RabbitMQ driver needs the package amqplib, which is not installed; run: npm install amqplib",
        { cause: error },
      ),
      Symbol.for("plinth.presentable"),
      { value: true },
    );
  }
}

// A client that is there but misses a package of its own is another fault.
function isMissing(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return error.code === "ERR_MODULE_NOT_FOUND" && error.message.includes("'amqplib'");
}
