import { UnavailableError } from "@plinth/core/errors";
import type {
  Channel,
  ChannelModel,
  ConfirmChannel,
  Options,
  RecoveringChannelModel,
} from "amqplib";
import type { ConnectionState } from "../driver/messaging-driver.ts";
import type { Client } from "./load-client.ts";
import { type CorkableStream, SharedWrites } from "./shared-writes.ts";

/** Options of a connection. */
export interface ConnectionOptions {
  readonly client: Client;
  readonly url: Options.Connect;
  /** Milliseconds that each attempt to connect may take. */
  readonly timeout: number;
  /** For the broker's list of connections. */
  readonly name: string;
  /** Of `node:tls`; used with amqps. */
  readonly tls: object;
  readonly onState: (state: ConnectionState) => void;
}

/** How long to wait for the broker to confirm that a channel or connection is closed, in milliseconds. */
const closeTimeout = 2_000;

/**
 * The waits between attempts to reconnect, in milliseconds. The maximum, and the time to connect, add to the
 * broker's own recovery.
 */
const recovery = { initialDelay: 100, maxDelay: 1_000, factor: 2, jitter: 0.2 };

type Stream = CorkableStream & { destroy(): void };

/** A connection that the client restores until it is closed. */
export class BrokerConnection {
  readonly #model: RecoveringChannelModel;
  #current: ChannelModel | undefined;
  #writes: SharedWrites | undefined;
  #closed = false;

  constructor(model: RecoveringChannelModel) {
    this.#model = model;
    model.on("connect", (current: ChannelModel) => {
      this.#current = current;
      const stream = streamOf(current);
      this.#writes = stream === undefined ? undefined : new SharedWrites(stream);
    });
  }

  /** Connects. Rejects with the client's error if the first attempt fails. */
  static async open(options: ConnectionOptions): Promise<BrokerConnection> {
    const { client, url, timeout, name, tls, onState } = options;
    const model = await client.connect(url, {
      ...tls,
      noDelay: true,
      timeout,
      clientProperties: { connection_name: name },
      recovery: {
        ...recovery,
        initialMaxRetries: 0,
        maxRetries: Infinity,
        waitForConnect: false,
      },
    });
    const connection = new BrokerConnection(model);
    await model.waitForConnect();
    let reason: unknown;
    // The client emits the error that ended a connection before its end.
    model.on("error", (error: unknown) => (reason = error));
    model.on("disconnect", (error: unknown) =>
      onState({ kind: "disconnected", reason: reason ?? error }),
    );
    model.on("connect", () => {
      reason = undefined;
      onState({ kind: "connected" });
    });
    model.on("blocked", (why: string) => onState({ kind: "blocked", reason: why }));
    model.on("unblocked", () => onState({ kind: "connected" }));
    return connection;
  }

  /** Opens a channel once there is a connection. */
  async channel(): Promise<Channel> {
    return this.#guarded(await this.#model.createChannel());
  }

  /** Opens a channel on which the broker confirms what it has accepted. */
  async confirmChannel(): Promise<ConfirmChannel> {
    return this.#guarded(await this.#model.createConfirmChannel());
  }

  /** Sends everything that is published in this turn of the event loop in one write. */
  joinWrites(): void {
    this.#writes?.join();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const closed = this.#model.close().catch(() => undefined);
    await withTimeout(closed, closeTimeout);
    // A broker that no longer reads does not answer, and its socket would keep the process alive.
    streamOf(this.#current)?.destroy();
  }

  /** Errors reach the calls that wait for an answer; an event without a listener would end the process. */
  #guarded<C extends Channel>(channel: C): C {
    channel.on("error", () => undefined);
    channel.setMaxListeners(0);
    if (this.#closed) throw new UnavailableError("The connection to RabbitMQ is closed.");
    return channel;
  }
}

/** The stream to which the client writes frames. Its types do not have it. */
function streamOf(model: ChannelModel | undefined): Stream | undefined {
  return (model?.connection as { stream?: Stream } | undefined)?.stream;
}

/** Closes a channel that may be closed already. */
export async function closeChannel(channel: Channel): Promise<void> {
  try {
    await withTimeout(channel.close(), closeTimeout);
  } catch {
    // It was closed already.
  }
}

/** Runs `body` on a channel of its own: an error of the broker closes the channel that it came on. */
export async function onChannel<T>(
  connection: BrokerConnection,
  body: (channel: Channel) => Promise<T>,
): Promise<T> {
  const channel = await connection.channel();
  try {
    return await body(channel);
  } finally {
    await closeChannel(channel);
  }
}

/** Resolves when a channel is closed for any reason. */
export function channelClosed(channel: Channel): Promise<void> {
  return new Promise((resolve) => channel.once("close", () => resolve()));
}

async function withTimeout(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
