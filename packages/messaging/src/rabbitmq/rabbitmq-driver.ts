import { setTimeout as delay } from "node:timers/promises";
import { DeclarationError, type ErrorCode, FailedPreconditionError } from "@plinth/core/errors";
import { race } from "@plinth/support/race";
import { Turns } from "@plinth/support/turns";
import type { LetterStore } from "../driver/letter-store.ts";
import type { IncomingMessage, OutgoingMessage } from "../driver/message.ts";
import type {
  ConnectionState,
  DriverSubscription,
  DriverSubscriptionDefinition,
  MessagingCapabilities,
  MessagingDriver,
  OpenOptions,
  PublishCallOptions,
} from "../driver/messaging-driver.ts";
import type { Settlement } from "../driver/settlement.ts";
import { BindingsWatch, watchInterval } from "./bindings-watch.ts";
import { BrokerConnection, onChannel } from "./broker-connection.ts";
import { type BrokerUrl, parseBrokerUrl } from "./broker-url.ts";
import type { Consumer } from "./consumer.ts";
import { errorCode } from "./error-code.ts";
import { type ExistingExchange, ExistingExchanges } from "./existing-exchange.ts";
import { writeForeign } from "./foreign-message.ts";
import { RabbitMqLetters } from "./rabbitmq-letters.ts";
import { loadClient } from "./load-client.ts";
import { propertiesOf } from "./message-codec.ts";
import { brokerNames, type BrokerNames, defaultPrefix, routingKey } from "./broker-names.ts";
import { OrderedConsumer } from "./ordered-consumer.ts";
import type { Sendable } from "./pending-message.ts";
import { Publisher } from "./publisher.ts";
import { checkExchanges, declareExchange, declareSubscription } from "./topology.ts";
import { UnorderedConsumer } from "./unordered-consumer.ts";

/** Options of {@link rabbitMq}. */
export interface RabbitMqOptions {
  /**
   * `amqp://name:password@host:5672/vhost`; `amqps://` for TLS. Parameters: `heartbeat` (seconds, default 10;
   * 0: none), `connection_timeout` (milliseconds, default 10,000), `channel_max`, `frame_max`.
   */
  readonly url: string;
  /**
   * The prefix of the exchange and of all queues: small letters, digits, `-` and `_`, at most 64 characters.
   * Services that exchange events need the same prefix. Default: `"plinth"`.
   */
  readonly prefix?: string | undefined;
  /**
   * Exchanges that belong to other programs, with the events that go over them. Default: none; all events
   * go over the exchange of the prefix.
   */
  readonly exchanges?: readonly ExistingExchange[] | undefined;
  /** For TLS, as in `node:tls`. Default: none; not needed with a public certificate authority. */
  readonly tls?: RabbitMqTlsOptions | undefined;
  /** How much may wait for the broker's confirms in this process. Default: see its fields. */
  readonly buffer?: RabbitMqBufferOptions | undefined;
}

/** Certificates and keys, in PEM. */
export interface RabbitMqTlsOptions {
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  readonly servername?: string | undefined;
}

/** Above either limit, `publish` rejects with `resource_exhausted` at once. */
export interface RabbitMqBufferOptions {
  /** The maximum number of messages. Default: 10,000. */
  readonly messages?: number | undefined;
  /** The maximum size of their bodies in bytes. Default: 64 MiB. */
  readonly bytes?: number | undefined;
}

/**
 * Messaging on RabbitMQ 3.10 or later, with the package `amqplib`, which is imported when the
 * driver is opened.
 *
 * Limits: among the first five lost deliveries it does not distinguish a lost consumer from a release or a message
 * that never reached its handler (`lostDeliveries` counts all of them). After a lost connection, two processes may
 * handle a message of an ordered subscription at once while the first handler still runs.
 *
 * Throws a `DeclarationError` if the URL, the prefix or `exchanges` are not valid.
 */
export function rabbitMq(options: RabbitMqOptions): MessagingDriver {
  return new RabbitMqDriver(options);
}

/** The parts of an open driver. */
interface OpenParts {
  readonly publishing: BrokerConnection;
  readonly consuming: BrokerConnection;
  readonly publisher: Publisher;
  readonly letters: RabbitMqLetters;
  readonly watch: BindingsWatch;
  readonly onError: (raw: unknown) => void;
}

class RabbitMqDriver implements MessagingDriver {
  readonly name: string = "RabbitMQ";
  readonly capabilities: MessagingCapabilities = {
    durable: true,
    ordered: true,
    letters: true,
    lostDeliveries: true,
  };
  readonly letters: LetterStore = {
    count: (box) => this.#opened.letters.count(box),
    visit: (box, decide, options) => this.#opened.letters.visit(box, decide, options),
  };
  readonly #url: BrokerUrl;
  readonly #names: BrokerNames;
  readonly #exchanges: ExistingExchanges;
  readonly #options: RabbitMqOptions;
  readonly #consumers = new Set<Consumer>();
  readonly #states = new Map<string, ConnectionState>();
  #told: ConnectionState | undefined;
  #parts: OpenParts | undefined;
  #opening: Promise<void> | undefined;
  readonly #closing = new AbortController();
  /** The broker may fail if one queue is made twice at the same moment. */
  readonly #declaring = new Turns();

  constructor(options: RabbitMqOptions) {
    const { url, prefix = defaultPrefix } = options;
    if (!/^[a-z0-9_-]{1,64}$/.test(prefix)) {
      throw new DeclarationError(
        `The prefix "${prefix}" is not 1 to 64 small letters, digits, hyphens and underscores.`,
      );
    }
    this.#url = parseBrokerUrl(url);
    this.#names = brokerNames(prefix);
    this.#exchanges = new ExistingExchanges(options.exchanges);
    this.#options = options;
  }

  endpoint(): string {
    return this.#url.endpoint;
  }

  async open(options: OpenOptions): Promise<void> {
    this.#checkNotClosed();
    if (this.#opening !== undefined) {
      throw new FailedPreconditionError("The RabbitMQ driver is open already.");
    }
    this.#opening = this.#open(options);
    try {
      await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async #open({ name, onConnection, onError }: OpenOptions): Promise<void> {
    const client = await loadClient();
    // Two connections: a broker that is short of memory or disk stops reading from those that publish.
    const open = (role: "publishing" | "consuming"): Promise<BrokerConnection> =>
      BrokerConnection.open({
        client,
        url: this.#url.connect,
        timeout: this.#url.connectTimeout,
        name: `${name} (${role})`,
        tls: this.#options.tls ?? {},
        onState: (state) => this.#changed(role, state, onConnection),
      });
    const publishing = await open("publishing");
    let consuming: BrokerConnection | undefined;
    try {
      await onChannel(publishing, (channel) => declareExchange(channel, this.#names.exchange));
      await checkExchanges(publishing, this.#exchanges);
      consuming = await open("consuming");
      this.#checkNotClosed();
    } catch (error) {
      await Promise.all([publishing.close(), consuming?.close()]);
      throw error;
    }
    const watched = (): Iterable<Consumer> =>
      [...this.#consumers].filter(({ isStopping }) => !isStopping);
    const watch = new BindingsWatch(consuming, this.#names, watched, onError);
    const publisher = this.#createPublisher(publishing, watch, onError);
    const letters = new RabbitMqLetters(consuming, publisher, this.#names, this.#exchanges);
    this.#parts = { publishing, consuming, publisher, letters, watch, onError };
    this.#changed("publishing", { kind: "connected" }, onConnection);
  }

  #createPublisher(
    connection: BrokerConnection,
    watch: BindingsWatch,
    onError: (raw: unknown) => void,
  ): Publisher {
    const { messages = 10_000, bytes = 64 * 1024 * 1024 } = this.#options.buffer ?? {};
    const open = async () => {
      const channel = await connection.confirmChannel();
      await declareExchange(channel, this.#names.exchange);
      return channel;
    };
    const restore = async () => {
      await onChannel(connection, (channel) => declareExchange(channel, this.#names.exchange));
      await watch.rebindAll();
      // Until the subscriptions of other processes have bound their queues, too: messages to an exchange
      // without bindings are lost.
      const { signal } = this.#closing;
      await delay(2 * watchInterval, undefined, { signal, ref: false }).catch(() => undefined);
    };
    const joinWrites = (): void => connection.joinWrites();
    return new Publisher({ open, restore, joinWrites }, { messages, bytes }, onError);
  }

  publish(messages: readonly OutgoingMessage[], options: PublishCallOptions): Promise<void> {
    const sendable = messages.map((message) => this.#sendable(message));
    try {
      return this.#opened.publisher.publish(sendable, options);
    } catch (error) {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- it is one
      return Promise.reject(error);
    }
  }

  #sendable(message: OutgoingMessage): Sendable {
    const route = this.#exchanges.routeOf(message.type);
    if (route !== undefined) {
      const { body, contentType, timestamp } = writeForeign(route, message);
      const properties = { ...propertiesOf({ ...message, contentType }), timestamp };
      return { exchange: route.exchange.name, routingKey: route.key, body, properties };
    }
    return {
      exchange: this.#names.exchange,
      routingKey: routingKey(message.type, message.key ?? message.id),
      // A copy: the caller may reuse its memory while the broker is away.
      body: Buffer.from(message.body),
      properties: propertiesOf(message),
    };
  }

  async subscribe(
    definition: DriverSubscriptionDefinition,
    receive: (message: IncomingMessage) => Promise<Settlement>,
  ): Promise<DriverSubscription> {
    const { publishing, consuming, publisher, onError } = this.#opened;
    const Class = definition.ordered ? OrderedConsumer : UnorderedConsumer;
    const consumer = new Class({
      connection: consuming,
      publishing,
      publisher,
      names: this.#names,
      exchanges: this.#exchanges,
      definition,
      receive,
      declare: () =>
        this.#declaring.take(["declare"], () =>
          declareSubscription(consuming, this.#names, definition, this.#exchanges),
        ),
      onError,
    });
    // Added before it consumes, so that `close` also ends one that is starting.
    this.#consumers.add(consumer);
    try {
      await consumer.start();
    } catch (error) {
      this.#consumers.delete(consumer);
      this.#checkNotClosed();
      throw error;
    }
    return consumer;
  }

  errorCode(raw: unknown): ErrorCode | undefined {
    return errorCode(raw);
  }

  async ping({ signal }: PublishCallOptions): Promise<void> {
    const { publishing } = this.#opened;
    await race({ signal }, () =>
      onChannel(publishing, (channel) => channel.checkExchange(this.#names.exchange)),
    );
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#opening?.catch(() => undefined);
    const parts = this.#parts;
    if (parts === undefined) return;
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    await parts.watch.close();
    parts.publisher.close();
    await Promise.all([parts.publishing.close(), parts.consuming.close()]);
  }

  get #opened(): OpenParts {
    this.#checkNotClosed();
    if (this.#parts === undefined) {
      throw new FailedPreconditionError("The RabbitMQ driver is used before it was opened.");
    }
    return this.#parts;
  }

  #checkNotClosed(): void {
    if (!this.#closing.signal.aborted) return;
    throw new FailedPreconditionError("The RabbitMQ driver is closed.");
  }

  #changed(role: string, state: ConnectionState, tell: (state: ConnectionState) => void): void {
    this.#states.set(role, state);
    const states = [...this.#states.values()];
    const worst =
      states.find(({ kind }) => kind === "disconnected") ??
      states.find(({ kind }) => kind === "blocked") ??
      state;
    if (role === "publishing") this.#parts?.publisher.hold(state.kind === "blocked");
    if (worst.kind === this.#told?.kind) return;
    this.#told = worst;
    tell(worst);
  }
}
