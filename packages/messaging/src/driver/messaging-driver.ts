import type { ErrorCode } from "@plinth/core/errors";
import type { LetterStore } from "./letter-store.ts";
import type { IncomingMessage, OutgoingMessage } from "./message.ts";
import type { Settlement } from "./settlement.ts";

/** What a driver can do. Declared, never inferred. */
export interface MessagingCapabilities {
  /** Messages outlive the broker's process. */
  readonly durable: boolean;
  /** Ordered subscriptions keep the order of each key. Otherwise they reject with `unimplemented`. */
  readonly ordered: boolean;
  /** There is {@link MessagingDriver.letters}. Otherwise its users reject with `unimplemented`. */
  readonly letters: boolean;
  /** {@link IncomingMessage.lostDeliveries} is counted. */
  readonly lostDeliveries: boolean;
}

/** A subscription as the driver sees it. */
export interface DriverSubscriptionDefinition {
  /** Words out of `a-z 0-9 -`, joined by dots; at most 128 characters. */
  readonly name: string;
  /** The types of messages that it gets, each named whole; at least one. */
  readonly types: readonly string[];
  /** How many deliveries to this consumer may be unsettled at once: 1 to 1,000. */
  readonly concurrency: number;
  /** Whether messages of one key are delivered one after the other, in the order of publishing. */
  readonly ordered: boolean;
  /** The delays, in milliseconds, that `retry` settlements will name; in the order of attempts. */
  readonly retryDelays: readonly number[];
}

/** How the connection to the broker is; told by the driver, for logs, health and back-pressure. */
export type ConnectionState =
  | { readonly kind: "connected" }
  /** Publishing waits; the driver goes on trying by itself. */
  | { readonly kind: "disconnected"; readonly reason: unknown }
  /** Connected, but the broker takes no messages now: its memory or disk is full. */
  | { readonly kind: "blocked"; readonly reason: string };

/** What goes along with the opening of a driver. */
export interface OpenOptions {
  /** Name of the app, for the broker's own lists of connections. */
  readonly name: string;
  /** Called at every change of the connection, the first `connected` included. */
  readonly onConnection: (state: ConnectionState) => void;
  /**
   * Called with what goes wrong while nobody waits for it, such as a settlement that the broker did
   * not take. Never called for what the driver can repair by itself.
   */
  readonly onError: (raw: unknown) => void;
}

/** What goes along with publishing. */
export interface PublishCallOptions {
  /** Aborted when nobody waits for the answer any more; the driver rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Has a listener called when the signal is aborted, with its reason; at most one for each call. The
   * bus offers it because a signal costs as much as a publish: one that is not looked at is not made.
   * Absent: only the signal tells.
   */
  onAbort?(listener: (reason: unknown) => void): void;
  /**
   * To be called when the broker has refused a message of this call for now, as when a queue is full. The
   * driver tries it again, after growing pauses, until the call is aborted: another attempt must be rare,
   * because subscriptions that have the message get it once more. Absent: nothing wants to know.
   */
  onRefused?(reason: unknown): void;
}

/** The consumer of a subscription on this connection. */
export interface DriverSubscription {
  /**
   * Takes nothing new. Resolves when what was delivered is settled, durably; messages that were
   * fetched and not delivered go back at once. Safe to repeat.
   */
  drain(): Promise<void>;
  /**
   * Ends the consumer. What it has not settled goes back and is delivered again, also to other
   * consumers; settlements that come later have no effect. Safe to repeat, with or without `drain`.
   */
  close(): Promise<void>;
}

/**
 * A message broker as the event bus sees it. Third parties implement this interface; the suite in
 * `@plinth/messaging/conformance` says whether they did it right.
 *
 * The semantics: a message is published once and copied to every subscription, by name, that has its
 * type at that moment. A subscription is durable: made by the first `subscribe`, it collects messages
 * also while it has no consumers. Each of its messages goes to one of its consumers at a time, in
 * whichever process, until it is settled. Delivery is at least once: a consumer that is lost loses
 * nothing, its messages come again. When a connection breaks, the driver restores it, with all of its
 * subscriptions, for as long as it is open.
 *
 * Drivers reject with the broker's own errors. The bus asks {@link MessagingDriver.errorCode} for the
 * code and wraps the error once. A driver throws a `ServiceError` of its own only where it has
 * something to say that the raw error does not; it passes through unchanged.
 */
export interface MessagingDriver {
  /** The broker's name for messages: `"RabbitMQ"`. */
  readonly name: string;
  readonly capabilities: MessagingCapabilities;
  /** Where the broker is, for operators, without credentials. Absent: in this process. */
  endpoint?(): string | undefined;
  /**
   * Connects, and declares or checks what all subscriptions share. Called before everything else; rejects
   * when the broker cannot be reached, and with `failed_precondition` when the driver is open or closed.
   * Later interruptions are the driver's to repair.
   */
  open(options: OpenOptions): Promise<void>;
  /**
   * Publishes messages. Those of one call with the same key arrive in the order of the list, and
   * behind those of earlier calls that were answered. While there is no connection it waits for one
   * and sends again what was not confirmed, so that a message may arrive twice; it gives up only when
   * the signal says so or the driver is closed.
   *
   * A refusal of the broker is an answer. One that will be repeated (no permission, too large) rejects, and
   * other messages, of this call or another, go on. One that passes is told by `onRefused`.
   *
   * A message of a type that no subscription has is accepted and forgotten.
   *
   * @param messages 1 to 1,000
   * @returns when the broker has accepted all of them durably. When it rejects, any of them may have
   *   been accepted.
   */
  publish(messages: readonly OutgoingMessage[], options: PublishCallOptions): Promise<void>;
  /**
   * Makes the subscription where there is none yet, and consumes from it. It gets the types of the
   * definition beside those that it has: none is taken away, because an older version of the app may
   * still be running, and its events must not be lost. So types that the definition does not name
   * may arrive. Rejects with an error whose code is `failed_precondition` when the subscription exists
   * in a form that cannot be changed to this one, such as ordered instead of unordered.
   *
   * @param receive settles one delivery; called at most `concurrency` times at once. In an ordered
   *   subscription, across all of its consumers, never for a message whose predecessor of the same key
   *   is not settled for good (a retry is not for good; what waits for one does not block other keys).
   *   When it rejects, which is a fault of the caller, the delivery is treated as released after a
   *   pause.
   * @returns when messages can arrive
   */
  subscribe(
    definition: DriverSubscriptionDefinition,
    receive: (message: IncomingMessage) => Promise<Settlement>,
  ): Promise<DriverSubscription>;
  /** Absent (capability `letters` false): listing and replaying reject with `unimplemented`. */
  readonly letters?: LetterStore | undefined;
  /** Maps an error that this driver rejected with to a code; `undefined` where it is not known. Pure. */
  errorCode(raw: unknown): ErrorCode | undefined;
  /** Rejects when the broker cannot be used at the moment. Absent: it always can. */
  ping?(options: PublishCallOptions): Promise<void>;
  /**
   * Ends all subscriptions as their `close` does, rejects publishes that wait, gives back the
   * connection. Called once; what is called afterwards rejects at once with `failed_precondition`.
   */
  close(): Promise<void>;
}
