import { FailedPreconditionError } from "@plinth/core/errors";
import { loadPeer, rethrow } from "@plinth/support/load-peer";
import type { connect } from "amqplib";

/** What the driver needs of the client. */
export interface Client {
  readonly connect: typeof connect;
}

/** Imports the client. Rejects with `failed_precondition` if it is not installed. */
export function loadClient(
  load: () => Promise<Client> = () => import("amqplib").catch(rethrow),
): Promise<Client> {
  return loadPeer({
    name: "amqplib",
    neededBy: "The RabbitMQ driver",
    load,
    missing: (message, options) => new FailedPreconditionError(message, options),
  });
}
