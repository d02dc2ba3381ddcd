import { type Binding, inject, injectable, Logger } from "@plinth/core";
import { type Message, NotificationSender } from "./notification-sender.ts";

/** Writes to the log what a provider would send. */
@injectable()
export class LogSender extends NotificationSender {
  constructor(@inject(Logger) private readonly logger: Logger) {
    super();
  }

  override async send({ messageId, subject }: Message): Promise<void> {
    // Neither the address nor the text: both are personal.
    this.logger.info("A message would be sent.", { messageId, subject });
  }
}

export const bindLogSender: Binding = (binder) =>
  binder.bind(NotificationSender).toClass(LogSender);
