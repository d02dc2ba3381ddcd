/** A message that the bus gives a driver to publish. */
export interface OutgoingMessage {
  /** The event's id: the same in every copy and repetition. 1 to 128 characters of printable ASCII. */
  readonly id: string;
  /**
   * The event's name, by which it is routed: words of letters, digits, `-` and `_`, joined by dots; at
   * most 128 characters. Case counts.
   */
  readonly type: string;
  /** Orders messages in ordered subscriptions: 1 to 256 bytes of UTF-8. Absent: it has no order. */
  readonly key?: string | undefined;
  /** The envelope, at most 1,000,000 bytes. A driver copies it and does not read it. */
  readonly body: Uint8Array;
  /** What the body is: `"application/cloudevents+json"`. */
  readonly contentType: string;
}

/** One delivery of a message to one consumer of a subscription. */
export interface IncomingMessage {
  /** The id that it was published with. */
  readonly id: string;
  /** The type that it was published with. */
  readonly type: string;
  /** The key that it was published with. */
  readonly key?: string | undefined;
  /** The bytes that were published; a copy that belongs to the receiver. */
  readonly body: Uint8Array;
  /** The content type that it was published with. */
  readonly contentType: string;
  /**
   * 1, and one more for each settlement with `retry` in this subscription. The broker keeps it, so that
   * it counts across processes. A replayed dead letter starts at 1 again.
   */
  readonly attempt: number;
  /** Whether it may have been delivered before: after a retry, a release, or a lost consumer. */
  readonly redelivered: boolean;
  /**
   * How often it was delivered and not settled because its consumer was lost, as a message that kills its
   * process does. Absent: the broker does not count it.
   */
  readonly lostDeliveries?: number | undefined;
  /**
   * Why the driver could not convert a message of another program into an envelope, in one sentence
   * without its contents. The message becomes a dead letter. Absent: it could.
   */
  readonly unreadable?: string | undefined;
}
