import { followersOf } from "@plinth/support/signal-followers";
import type { Properties } from "./message-codec.ts";
import { typeOfRoutingKey } from "./broker-names.ts";

/** One message on its way to the broker. */
export interface Sendable {
  /** Empty: the queue that the routing key names. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Uint8Array;
  readonly properties: Properties;
}

/** A call of `publish`, which is answered when the last of its messages is settled. */
export interface Call {
  left: number;
  resolve: () => void;
  reject: (error: unknown) => void;
  /** Called when the broker refuses one of them for now. */
  readonly refused?: ((reason: unknown) => void) | undefined;
}

/** A message of a call. */
export interface PendingMessage {
  readonly message: Sendable;
  readonly call: Call;
  readonly sequence: number;
  /** Whether some queue may have it already. */
  isRepeated: boolean;
  settled: boolean;
}

/** Calls `abort` when the signal is aborted before the call is answered. */
export function whileWaiting(
  call: Call,
  signal: AbortSignal,
  abort: (reason: unknown) => void,
): void {
  const followers = followersOf(signal);
  const follower = (): void => abort(signal.reason);
  followers.add(follower);
  const { resolve, reject } = call;
  call.resolve = () => {
    followers.delete(follower);
    resolve();
  };
  call.reject = (error) => {
    followers.delete(follower);
    reject(error);
  };
}

/** The lane of a message: messages of one lane go to the same queues, as far as that is known. */
export function laneOf({ exchange, routingKey }: Sendable): string {
  return exchange === "" ? `queue ${routingKey}` : `${exchange} ${typeOfRoutingKey(routingKey)}`;
}
