import { DeclarationError } from "@plinth/core/errors";
import type { Options } from "amqplib";

/** The address of a broker, parsed. */
export interface BrokerUrl {
  /** Options of the client. */
  readonly connect: Options.Connect;
  /** Milliseconds that an attempt to connect may take. */
  readonly connectTimeout: number;
  /** Without name and password, for texts. */
  readonly endpoint: string;
}

/** The parameters with their minimum and maximum. Both spellings are in use. */
const parameters: Readonly<
  Record<string, readonly [name: ParameterName, min: number, max: number]>
> = {
  heartbeat: ["heartbeat", 0, 65_535],
  connection_timeout: ["connectTimeout", 1, 600_000],
  channel_max: ["channelMax", 0, 65_535],
  channelMax: ["channelMax", 0, 65_535],
  frame_max: ["frameMax", 8_192, 2_147_483_647],
  frameMax: ["frameMax", 8_192, 2_147_483_647],
};

type ParameterName = "heartbeat" | "connectTimeout" | "channelMax" | "frameMax";

/**
 * Reads `amqp://name:password@host:port/vhost?heartbeat=10`, or `amqps://…` for TLS.
 *
 * Throws a `DeclarationError` if it is not valid. The message does not quote it, because it contains the
 * password.
 */
export function parseBrokerUrl(text: string): BrokerUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !/^amqps?:$/.test(url.protocol) ||
    url.hostname === "" ||
    // An @ behind the host is the rest of a password with a character that ends the host.
    /@/.test(url.pathname + url.search + url.hash)
  ) {
    throw new DeclarationError(
      "The URL of RabbitMQ has to look like amqp://name:password@host:5672/vhost, or begin with amqps:// for TLS. In the name and the password, write %2F for /, %3F for ?, %23 for # and %40 for @.",
    );
  }
  if (url.hash !== "") throw new DeclarationError(unexpected("a part behind #"));
  if (url.pathname !== "//" && url.pathname.slice(1).includes("/")) {
    throw new DeclarationError(
      unexpected("a virtual host with a slash: write %2F for a slash in its name"),
    );
  }
  const protocol = url.protocol.slice(0, -1);
  const port = url.port === "" ? (protocol === "amqps" ? 5671 : 5672) : Number(url.port);
  const vhost = decode(url.pathname.slice(1), "virtual host");
  const { connectTimeout = 10_000, ...tuning } = readParameters(url.searchParams);
  return {
    connect: {
      protocol,
      hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port,
      username: decode(url.username, "name") || "guest",
      password: decode(url.password, "password") || "guest",
      vhost: vhost || "/",
      heartbeat: 10,
      ...tuning,
    },
    connectTimeout,
    endpoint: `${protocol}://${url.hostname}:${port}/${url.pathname.slice(1)}`,
  };
}

function readParameters(given: URLSearchParams): Partial<Record<ParameterName, number>> {
  const read: Partial<Record<ParameterName, number>> = {};
  for (const [key, value] of given) {
    const known = Object.hasOwn(parameters, key) ? parameters[key] : undefined;
    if (known === undefined) {
      const shown = /^[A-Za-z][A-Za-z_-]{0,39}$/.test(key) ? ` "${key}"` : "";
      throw new DeclarationError(
        unexpected(
          `a parameter${shown} that is not known; there are ${Object.keys(parameters).join(", ")}. Certificates are given by the option tls`,
        ),
      );
    }
    const [name, min, max] = known;
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) {
      throw new DeclarationError(
        unexpected(`a parameter "${key}" that is not a whole number from ${min} to ${max}`),
      );
    }
    if (read[name] !== undefined) {
      throw new DeclarationError(unexpected(`the parameter "${key}" twice`));
    }
    read[name] = number;
  }
  return read;
}

function unexpected(what: string): string {
  return `The URL of RabbitMQ has ${what}.`;
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DeclarationError(
      `The ${what} in the URL of RabbitMQ holds a % that begins no escape sequence; write %25 for a plain one.`,
    );
  }
}
