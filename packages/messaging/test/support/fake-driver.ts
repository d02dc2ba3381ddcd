import type {
  DriverSubscription,
  DriverSubscriptionDefinition,
  IncomingMessage,
  MessagingDriver,
  OpenOptions,
  OutgoingMessage,
  PublishCallOptions,
  Settlement,
} from "@plinth/messaging";

/** A driver that does what a test tells it, and nothing by itself. */
export class FakeDriver implements MessagingDriver {
  readonly name = "Fake";
  readonly capabilities = { durable: true, ordered: true, letters: false, lostDeliveries: true };
  readonly published: OutgoingMessage[][] = [];
  readonly calls: string[] = [];
  options: OpenOptions | undefined;
  /** What publishing does. */
  onPublish: (messages: readonly OutgoingMessage[], signal?: AbortSignal) => Promise<void> =
    async () => undefined;
  definition: DriverSubscriptionDefinition | undefined;
  #receive: ((message: IncomingMessage) => Promise<Settlement>) | undefined;

  endpoint(): string {
    return "127.0.0.1:5672";
  }

  async open(options: OpenOptions): Promise<void> {
    this.calls.push("open");
    this.options = options;
    options.onConnection({ kind: "connected" });
  }

  async publish(
    messages: readonly OutgoingMessage[],
    { signal }: PublishCallOptions,
  ): Promise<void> {
    this.published.push([...messages]);
    await this.onPublish(messages, signal);
  }

  async subscribe(
    definition: DriverSubscriptionDefinition,
    receive: (message: IncomingMessage) => Promise<Settlement>,
  ): Promise<DriverSubscription> {
    this.calls.push(`subscribe ${definition.name}`);
    this.definition = definition;
    this.#receive = receive;
    return {
      drain: async () => void this.calls.push(`drain ${definition.name}`),
      close: async () => void this.calls.push(`close ${definition.name}`),
    };
  }

  /** Delivers a message, and returns what became of it. */
  deliver(
    message: Partial<IncomingMessage> & Pick<IncomingMessage, "type" | "body">,
  ): Promise<Settlement> {
    if (this.#receive === undefined) throw new Error("There is no subscription.");
    return this.#receive({
      id: "id-1",
      contentType: "application/cloudevents+json",
      attempt: 1,
      redelivered: false,
      ...message,
    });
  }

  errorCode(raw: unknown): "unavailable" | "permission_denied" | "resource_exhausted" | undefined {
    const message = raw instanceof Error ? raw.message : "";
    if (message === "socket closed") return "unavailable";
    if (message === "no space") return "resource_exhausted";
    return message === "ACCESS_REFUSED" ? "permission_denied" : undefined;
  }

  async close(): Promise<void> {
    this.calls.push("close");
  }
}
