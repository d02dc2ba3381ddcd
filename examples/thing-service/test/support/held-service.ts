import { createApp, type Binding } from "@plinth/core";
import { NotFoundError } from "@plinth/core/errors";
import { ThingService } from "../../src/api/index.ts";
import { thingBindings } from "../../src/thing-bindings.ts";
import { ThingConfig } from "../../src/thing-config.ts";

/** Reads wait for SIGUSR2: a test can hold them as long as it needs, without a clock. */
const released = new Promise<void>((resolve) => process.once("SIGUSR2", resolve));
let held = 0;

const holdReads: Binding = (binder) =>
  binder.rebind(ThingService).toValue({
    createThing: () => Promise.reject(new NotFoundError("Nothing is created here.")),
    async getThing({ thingId }) {
      console.log(`held ${++held}`);
      await released;
      return { thingId, name: thingId, description: "held" };
    },
  });

await createApp({
  name: "held-service",
  config: ThingConfig.load(),
  bindings: thingBindings,
  overrides: [holdReads],
}).run();
