import { createApp, type Binding } from "@plinth/core";
import { type GetThingRequest, type ThingAtRevision, ThingService } from "../../src/api/index.ts";
import { thingBindings } from "../../src/thing-bindings.ts";
import { ThingServiceImpl } from "../../src/thing-service-impl.ts";
import { ThingConfig } from "../../src/thing-config.ts";

/** Reads wait for SIGUSR2: a test can hold them as long as it needs, without a clock. */
const released = new Promise<void>((resolve) => process.once("SIGUSR2", resolve));
let held = 0;

class HeldThingService extends ThingServiceImpl {
  override async getThing({ thingId }: GetThingRequest): Promise<ThingAtRevision> {
    console.log(`held ${++held}`);
    await released;
    return { thingId, name: thingId, description: "held", revision: "1" };
  }
}

const holdReads: Binding = (binder) => binder.rebind(ThingService).toClass(HeldThingService);

await createApp({
  name: "held-service",
  config: ThingConfig.load(),
  bindings: thingBindings,
  overrides: [holdReads],
}).run();
