import {
  DomainEvent,
  EventBus,
  type ConsumeOptions,
  type EventHandler,
  type Settlement,
} from "@plinth/messaging";
import { fakeLogger } from "@plinth/testing";
import { z } from "zod";
import { FakeDriver } from "./fake-driver.ts";

export class LampLit extends DomainEvent({
  name: "lamps.lamp-lit",
  version: 3,
  schema: z.object({ lampId: z.string(), color: z.string().default("white") }),
  key: "lampId",
  upcasters: {
    1: (data) => ({ ...data, lampId: `lamp-${JSON.stringify(data["number"])}` }),
    2: (data) => {
      if (data["broken"] === true) throw new Error("password=hunter2");
      return data;
    },
  },
}) {}

type Options = Partial<ConsumeOptions<readonly [typeof LampLit]>>;

/** A bus with one subscription to `LampLit`, and a way to deliver to it. */
export async function consumeLamps(handle: EventHandler<LampLit>["handle"], options: Options = {}) {
  const driver = new FakeDriver();
  const logger = fakeLogger();
  const bus = new EventBus(driver, { source: "lamps", logger, newId: () => "new-id" });
  await bus.open();
  await bus.subscribe("lights", { events: [LampLit], handler: { handle }, ...options });
  const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const envelope = bus.envelope(new LampLit({ lampId: "a", color: "red" }));
  return {
    driver,
    bus,
    logger,
    deliver: (change: object = {}, message: object = {}): Promise<Settlement> =>
      driver.deliver({
        type: LampLit.definition.name,
        body: bytes({ ...envelope, ...change }),
        ...message,
      }),
  };
}
