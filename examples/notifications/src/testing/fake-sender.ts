import { type Message, NotificationSender } from "../notification-sender.ts";

/** Keeps what it was to send, and fails when it is told to. */
export class FakeSender extends NotificationSender {
  readonly sent: Message[] = [];
  #failures = 0;

  /** The next messages are refused. @param times Default: 1. */
  fail(times = 1): void {
    this.#failures += times;
  }

  override async send(message: Message): Promise<void> {
    if (this.#failures > 0) {
      this.#failures -= 1;
      throw new Error("The provider is down.");
    }
    this.sent.push(message);
  }
}
