/** A message to one person. */
export interface Message {
  /** The same when a message is sent again after a fault: a provider takes it as idempotency key. */
  readonly messageId: string;
  readonly email: string;
  readonly subject: string;
  readonly text: string;
}

/** Brings messages to people: a mail provider in production, the log on a laptop. */
export abstract class NotificationSender {
  /** Resolves when the message is accepted. */
  abstract send(message: Message): Promise<void>;
}
