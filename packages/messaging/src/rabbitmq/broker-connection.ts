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

/** What a connection is made of. */
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

/** How long it is waited, in milliseconds, for the broker to say that something is closed. */
const closeTimeout = 2_000;

/**
 * The waits between attempts to reconnect, in milliseconds. The longest one, and the time that a
 * connection takes, are what a recovery adds to the broker's own.
 */
const recovery = { initialDelay: 100, maxDelay: 1_000, factor: 2, jitter: 0.2 };

type Stream = CorkableStream & { destroy(): void };

/** A connection that the client restores for as long as it is not closed. */
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

  /** Connects once; rejects with the client's error where that fails. */
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
    // The error that ended a connection comes before the news that it has ended.
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

  /** Opens a channel, as soon as there is a connection. */
  async channel(): Promise<Channel> {
    return this.#guarded(await this.#model.createChannel());
  }

  /** Opens a channel on which the broker confirms what it has accepted. */
  async confirmChannel(): Promise<ConfirmChannel> {
    return this.#guarded(await this.#model.createConfirmChannel());
  }

  /** Sends what was just published, and is to the end of this turn of the event loop, in one piece. */
  joinWrites(): void {
    this.#writes?.join();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const closed = this.#model.close().catch(() => undefined);
    await withTimeout(closed, closeTimeout);
    // A broker that does not read any more does not answer either, and its socket would keep us alive.
    streamOf(this.#current)?.destroy();
  }

  /** Errors reach those who wait for an answer; an event that nobody hears would end the process. */
  #guarded<C extends Channel>(channel: C): C {
    channel.on("error", () => undefined);
    channel.setMaxListeners(0);
    if (this.#closed) throw new UnavailableError("The connection to RabbitMQ is closed.");
    return channel;
  }
}

/** What the client writes frames to, which its types do not mention. */
function streamOf(model: ChannelModel | undefined): Stream | undefined {
  return (model?.connection as { stream?: Stream } | undefined)?.stream;
}

/** Closes a channel that may be closed already. */
export async function closeChannel(channel: Channel): Promise<void> {
  try {
    await withTimeout(channel.close(), closeTimeout);
  } catch {
    // It was closed, which is what we want.
  }
}

/** Runs `body` on a channel of its own: an error of the broker costs the channel that it came on. */
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

/** Resolves when a channel is closed, however that came about. */
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
