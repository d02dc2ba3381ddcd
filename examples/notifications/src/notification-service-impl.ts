import { type Binding, Ids, inject, injectable, NotFoundError } from "@plinth/core";
import {
  NotificationService,
  type NotifyUserRequest,
  type NotifyUserResponse,
} from "./api/index.ts";
import { RecipientRepository } from "./data/recipient-repository.ts";
import { NotificationSender } from "./notification-sender.ts";

/** Sends to the users that it knows, without a call to the users service. */
@injectable()
export class NotificationServiceImpl implements NotificationService {
  constructor(
    @inject(RecipientRepository) private readonly recipients: RecipientRepository,
    @inject(NotificationSender) private readonly sender: NotificationSender,
    @inject(Ids) private readonly ids: Ids,
  ) {}

  async notifyUser({ userId, subject, text }: NotifyUserRequest): Promise<NotifyUserResponse> {
    const recipient = await this.recipients.get({ userId });
    if (recipient === undefined) {
      throw new NotFoundError(`No user "${userId}" is known here, or not yet.`);
    }
    const messageId = this.ids.next();
    await this.sender.send({ messageId, email: recipient.email, subject, text });
    return { messageId };
  }
}

export const bindNotificationService: Binding = (binder) =>
  binder.bind(NotificationService).toClass(NotificationServiceImpl);
