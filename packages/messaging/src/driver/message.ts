/** What the bus hands to a driver to be published. */
export interface OutgoingMessage {
  /** The event's id: the same in every copy and every repetition. Printable ASCII, 1 to 128 of it. */
  readonly id: string;
  /**
   * The event's name, by which it is routed: words of letters, digits, `-` and `_`, joined by dots; at
   * most 128 characters. Case counts.
   */
  readonly type: string;
  /** Orders messages for ordered subscriptions: 1 to 256 bytes of UTF-8. Absent: in no order. */
  readonly key?: string | undefined;
  /** The envelope, at most 1,000,000 bytes. A driver copies it and never looks into it. */
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
  /** The bytes that were published; nobody else holds this copy. */
  readonly body: Uint8Array;
  /** The content type that it was published with. */
  readonly contentType: string;
  /**
   * 1 + how often a delivery of it was settled with `retry` in this subscription. Kept by the broker,
   * so that it goes on counting in another process. A replayed dead letter begins at 1 again.
   */
  readonly attempt: number;
  /** Whether it may have been delivered before: after a retry, a release, or a lost consumer. */
  readonly redelivered: boolean;
  /**
   * How often it was delivered and never settled, because its consumer was lost: what a message
   * does that kills its process. Absent: the broker does not count it.
   */
  readonly lostDeliveries?: number | undefined;
  /**
   * Why the driver could not bring a message of another program into the form of an envelope, in one
   * sentence without its contents: it becomes a dead letter. Absent: the body is what was published.
   */
  readonly unreadable?: string | undefined;
}
