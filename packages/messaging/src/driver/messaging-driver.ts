import type { ErrorCode } from "@plinth/core/errors";
import type { LetterStore } from "./letter-store.ts";
import type { IncomingMessage, OutgoingMessage } from "./message.ts";
import type { Settlement } from "./settlement.ts";

/** The features of a driver. */
export interface MessagingCapabilities {
  /** Messages outlive the broker's process. */
  readonly durable: boolean;
  /** Ordered subscriptions keep the order of each key. Otherwise they reject with `unimplemented`. */
  readonly ordered: boolean;
  /** It has {@link MessagingDriver.letters}. Otherwise methods for letters reject with `unimplemented`. */
  readonly letters: boolean;
  /** It counts {@link IncomingMessage.lostDeliveries}. */
  readonly lostDeliveries: boolean;
}

/** A subscription as the driver sees it. */
export interface DriverSubscriptionDefinition {
  /** Words of `a-z 0-9 -`, joined by dots; at most 128 characters. */
  readonly name: string;
  /** The types of its messages, without wildcards; at least one. */
  readonly types: readonly string[];
  /** How many deliveries to this consumer may be unsettled at once: 1 to 1,000. */
  readonly concurrency: number;
  /** Whether messages of one key are delivered one after the other, in the order of publishing. */
  readonly ordered: boolean;
  /** The delays of `retry` settlements, in milliseconds, in the order of attempts. */
  readonly retryDelays: readonly number[];
}

/** The state of the connection to the broker, for logs, health and back-pressure. */
export type ConnectionState =
  | { readonly kind: "connected" }
  /** Publishing waits, and the driver reconnects by itself. */
  | { readonly kind: "disconnected"; readonly reason: unknown }
  /** Connected, but the broker accepts no messages now: its memory or disk is full. */
  | { readonly kind: "blocked"; readonly reason: string };

/** Options of `open`. */
export interface OpenOptions {
  /** Name of the app, for the broker's list of connections. */
  readonly name: string;
  /** Called for every change of the connection, also for the first `connected`. */
  readonly onConnection: (state: ConnectionState) => void;
  /**
   * Called with errors that no call can reject with, such as a settlement that the broker refused. Not called
   * for errors that the driver repairs by itself.
   */
  readonly onError: (raw: unknown) => void;
}

/** Options of `publish` and `ping`. */
export interface PublishCallOptions {
  /** If it is aborted, the driver stops waiting and rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Sets a listener for the abort of the signal, which gets its reason; at most one for each call. A driver
   * that uses it does not need `signal`, which is made on first use and costs as much as a publish.
   * Absent: use `signal`.
   */
  onAbort?(listener: (reason: unknown) => void): void;
  /**
   * The driver calls it when the broker refuses a message of this call for now, as when a queue is full. The
   * driver retries with growing pauses until the call is aborted. Retries must be rare, because
   * subscriptions that have the message get it once more. Absent: the caller does not need it.
   */
  onRefused?(reason: unknown): void;
}

/** The consumer of a subscription on this connection. */
export interface DriverSubscription {
  /**
   * Takes nothing new. Resolves when every delivered message is settled durably. Messages that were
   * fetched and not delivered go back at once. Safe to repeat.
   */
  drain(): Promise<void>;
  /**
   * Ends the consumer. Messages that it has not settled are redelivered, also to other
   * consumers; later settlements have no effect. Safe to repeat, with or without `drain`.
   */
  close(): Promise<void>;
}

/**
 * A message broker as the event bus sees it. Third parties implement this interface; the suite in
 * `@plinth/messaging/conformance` verifies their drivers.
 *
 * The broker copies each published message to every subscription that has its type at that moment. A
 * subscription is durable: the first `subscribe` creates it, and it collects messages while it has no
 * consumers. Each of its messages goes to one of its consumers at a time, in any process, until it is
 * settled. Delivery is at least once: the messages of a lost consumer are redelivered. While it is open,
 * the driver restores a broken connection with all of its subscriptions.
 *
 * Drivers reject with the broker's own errors. The bus gets their code from {@link MessagingDriver.errorCode}
 * and wraps each error once. A driver throws a `ServiceError` only if it has more to say than the raw
 * error; the bus passes it on unchanged.
 */
export interface MessagingDriver {
  /** The broker's name, for texts: `"RabbitMQ"`. */
  readonly name: string;
  /** Its features. Methods of an absent feature are not called. */
  readonly capabilities: MessagingCapabilities;
  /** Where the broker is, for operators, without credentials. Absent: in this process. */
  endpoint?(): string | undefined;
  /**
   * Connects, and declares or checks what all subscriptions share. Called before all other methods. Rejects
   * if the broker cannot be reached, and with `failed_precondition` if the driver is open or closed.
   * The driver itself repairs later interruptions.
   */
  open(options: OpenOptions): Promise<void>;
  /**
   * Publishes messages. Messages of one key arrive in the order of the list, and behind those of earlier
   * calls that were answered. Without a connection it waits for one and sends again what was not
   * confirmed, so that a message may arrive twice. It gives up only if the signal is aborted or the
   * driver is closed.
   *
   * A refusal of the broker is an answer. A permanent one (no permission, too large) rejects, and other
   * messages of this call and others go on. A transient one goes to `onRefused`.
   *
   * A message whose type no subscription has is accepted and dropped.
   *
   * @param messages 1 to 1,000
   * @returns Resolves when the broker has accepted all of them durably. If it rejects, any of them may have
   *   been accepted.
   */
  publish(messages: readonly OutgoingMessage[], options: PublishCallOptions): Promise<void>;
  /**
   * Creates the subscription if it does not exist, and consumes from it. It adds the types of the definition
   * to those that the subscription has. It removes none, because an older version of the app may
   * still be running and must not lose its events. So types that the definition does not name
   * may arrive. Rejects with an error whose code is `failed_precondition` if the subscription exists
   * in a form that cannot be changed to this one, such as ordered instead of unordered.
   *
   * @param receive Settles one delivery. Called at most `concurrency` times at once. In an ordered
   *   subscription it is never called, across all consumers, for a message whose predecessor of the same key
   *   is not settled for good (a retry is not for good, and does not block other keys). If it rejects, which
   *   is a fault of the caller, the delivery is released after a pause.
   * @returns Resolves when messages can arrive.
   */
  subscribe(
    definition: DriverSubscriptionDefinition,
    receive: (message: IncomingMessage) => Promise<Settlement>,
  ): Promise<DriverSubscription>;
  /** The dead and skipped letters. Absent, if the capability `letters` is false. */
  readonly letters?: LetterStore | undefined;
  /** The code of an error that this driver rejected with; `undefined` if it does not know it. Pure. */
  errorCode(raw: unknown): ErrorCode | undefined;
  /** Rejects if the broker cannot be used at the moment. Absent: it can always be used. */
  ping?(options: PublishCallOptions): Promise<void>;
  /**
   * Closes all subscriptions, rejects publishes that wait, and closes the connection. Called once; later
   * calls of other methods reject at once with `failed_precondition`.
   */
  close(): Promise<void>;
}
