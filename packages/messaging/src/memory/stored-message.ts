import type { OutgoingMessage } from "../driver/message.ts";

/** A message in a queue, with its state there. */
export interface StoredMessage {
  readonly message: OutgoingMessage;
  /** Its place among all messages of the queue, which it keeps when it is given back. */
  readonly position: number;
  attempt: number;
  redelivered: boolean;
  lostDeliveries: number;
}

/** A copy that shares no bytes. */
export function copyMessage({
  id,
  type,
  key,
  body,
  contentType,
}: OutgoingMessage): OutgoingMessage {
  return { id, type, key, body: Uint8Array.from(body), contentType };
}
