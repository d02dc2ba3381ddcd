import { InvalidArgumentError } from "@plinth/core/errors";
import type { Options } from "amqplib";

/** A broker's address, taken apart. */
export interface BrokerUrl {
  /** For the client. */
  readonly connect: Options.Connect;
  /** For people: without name and password. */
  readonly endpoint: string;
}

/**
 * Reads `amqp://name:password@host:port/vhost`, or `amqps://…` for TLS.
 *
 * @throws {InvalidArgumentError} Where it is no such address. The message does not repeat it, since
 *   the password is a part of it.
 */
export function parseBrokerUrl(text: string): BrokerUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^amqps?:$/.test(url.protocol) || url.hostname === "") {
    throw new InvalidArgumentError(
      "The URL of RabbitMQ has to look like amqp://name:password@host:5672/vhost, or begin with amqps:// for TLS.",
    );
  }
  const protocol = url.protocol.slice(0, -1);
  const port = url.port === "" ? (protocol === "amqps" ? 5671 : 5672) : Number(url.port);
  const vhost = decode(url.pathname.slice(1), "virtual host");
  return {
    connect: {
      protocol,
      hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port,
      username: decode(url.username, "name") || "guest",
      password: decode(url.password, "password") || "guest",
      vhost: vhost || "/",
      heartbeat: 10,
    },
    endpoint: `${protocol}://${url.hostname}:${port}/${url.pathname.slice(1)}`,
  };
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidArgumentError(
      `The ${what} in the URL of RabbitMQ holds a % that begins no escape sequence; write %25 for a plain one.`,
    );
  }
}
