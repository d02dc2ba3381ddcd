import { eventBusBinding } from "@plinth/messaging";
import { inboxBinding, outboxBinding, outboxRelayBinding } from "@plinth/messaging/outbox";
import { PlatformConfig } from "./platform-config.ts";

/** Over the broker that is configured, or within the process. Only what is chosen is loaded. */
export const bindEventBus = eventBusBinding(
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

export const bindOutbox = outboxBinding([PlatformConfig], ({ outboxTable }) => ({
  collection: outboxTable,
}));

export const bindOutboxRelay = outboxRelayBinding();

export const bindInbox = inboxBinding([PlatformConfig], ({ inboxTable }) => ({
  collection: inboxTable,
}));
