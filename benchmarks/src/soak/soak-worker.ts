import { Database } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { EventBus } from "@plinth/messaging";
import { memoryMessaging } from "@plinth/messaging/memory";
import { ItemRepository } from "../data/clients/plinth.ts";
import { itemOf } from "../data/record.ts";
import { OrderPlaced } from "../events/clients/plinth.ts";
import { orderOf, source, subscriptionName } from "../events/order.ts";
import { start } from "../http/servers/plinth.ts";
import type { ServerSettings } from "../http/server-settings.ts";

/** What the process has done besides serving requests. */
export interface SideWork {
  readonly published: number;
  readonly handled: number;
}

/** Milliseconds between events, and how many there are each time. */
const interval = 10;
const atOnce = 5;
const records = 200;

/**
 * The server of the comparison, in a process that also publishes events and handles them by writing
 * and reading records, all in memory.
 */
export async function worker(settings: ServerSettings): Promise<object> {
  const { port } = await start(settings);
  const bus = new EventBus(memoryMessaging(), { source });
  await bus.open();
  const items = new ItemRepository(new Database(memoryDriver(), { ensureSchema: true }));
  let published = 0;
  let handled = 0;
  await bus.subscribe(subscriptionName, {
    events: [OrderPlaced],
    handler: {
      handle: async () => {
        const item = itemOf(handled % records);
        await items.put(item);
        await items.get({ itemId: item.itemId });
        handled += 1;
      },
    },
  });
  const publish = async (): Promise<void> => {
    const events = Array.from({ length: atOnce }, (_, index) => orderOf(published + index));
    published += atOnce;
    await bus.publish(events.map((order) => new OrderPlaced(order)));
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    port: () => port,
    begin: () => {
      timer = setInterval(() => void publish(), interval);
    },
    /** Ends it, and says what was done when all of it is. */
    end: async (): Promise<SideWork> => {
      clearInterval(timer);
      await bus.drain();
      return { published, handled };
    },
  };
}
