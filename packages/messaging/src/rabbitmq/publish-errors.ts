import {
  FailedPreconditionError,
  InvalidArgumentError,
  ResourceExhaustedError,
  UnavailableError,
} from "@plinth/core/errors";
import { isReply } from "./error-code.ts";

/** Where a message was to go. */
interface Address {
  /** Empty: the queue that the routing key names. */
  readonly exchange: string;
  readonly routingKey: string;
}

/** The broker's own words for an empty name. */
const defaultExchange = "amq.default";

/**
 * Whether the broker's words say that it refused messages to this address. They name what its permissions
 * are about: "access to topic 'user.created.3' in exchange 'plinth.events' in vhost '/' refused for user
 * 'u'", or the same of an exchange. Pure.
 */
export function isNamedBy(reason: unknown, { exchange, routingKey }: Address): boolean {
  if (!isReply(reason, 403)) return false;
  const words = wordsOf(reason);
  const topic = /access to topic '([^']*)' in exchange '([^']*)'/.exec(words);
  if (topic !== null) return topic[1] === routingKey && topic[2] === exchange;
  const named = /access to exchange '([^']*)'/.exec(words);
  return named?.[1] === (exchange === "" ? defaultExchange : exchange);
}

/** The error of a message that the broker closed its channel for. Pure. */
export function refusalOf(reason: unknown): unknown {
  // Of one message it can only mean the message itself, such as its size.
  if (!isReply(reason, 406)) return reason;
  return new InvalidArgumentError(`RabbitMQ refuses the message: ${wordsOf(reason)}`, {
    cause: reason,
  });
}

/** The error of a message to a queue that does not exist. */
export function missingQueue(name: string): Error {
  return new FailedPreconditionError(
    `RabbitMQ has no queue "${name}": it was deleted while it was in use, or its subscription never existed.`,
  );
}

/** The error that is reported if a queue refuses what a consumer has to store in it. */
export function fullQueue(name: string, reason: unknown): Error {
  return new ResourceExhaustedError(
    `RabbitMQ refuses what is sent to the queue "${name}", which may be full. It is tried again until it is accepted.`,
    { cause: reason },
  );
}

/** The error of a message that was still waiting when the publisher was closed. */
export function closedError(): Error {
  return new UnavailableError(
    "The connection to RabbitMQ was closed before it had taken the message.",
  );
}

/** The client writes: Channel closed by server: 403 (ACCESS-REFUSED) with message "…". */
function wordsOf(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : "";
  return /with message "(.*)"$/s.exec(text)?.[1] ?? text;
}
