import { bindEventBus } from "@plinth/messaging";
import { bindInbox, bindOutbox, bindOutboxRelay } from "@plinth/messaging/outbox";
import { PlatformConfig } from "./platform-config.ts";

/** Over the broker that is configured, or within the process. Only what is chosen is loaded. */
export const bindPlatformEventBus = bindEventBus(
  [PlatformConfig],
  async ({ rabbitmqUrl, eventsPrefix }) => {
    if (rabbitmqUrl === undefined) {
      const { memoryMessaging } = await import("@plinth/messaging/memory");
      return memoryMessaging();
    }
    const { rabbitMq } = await import("@plinth/messaging/rabbitmq");
    return rabbitMq({ url: rabbitmqUrl, prefix: eventsPrefix });
  },
);

export const bindPlatformOutbox = bindOutbox([PlatformConfig], ({ outboxTable }) => ({
  collection: outboxTable,
}));

export const bindPlatformOutboxRelay = bindOutboxRelay();

export const bindPlatformInbox = bindInbox([PlatformConfig], ({ inboxTable }) => ({
  collection: inboxTable,
}));
