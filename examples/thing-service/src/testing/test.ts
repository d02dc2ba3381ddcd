import { mockOf, test as base } from "@plinth/testing";
import { ThingService } from "../api/index.ts";
import { ThingRepository } from "../data/thing-repository.ts";
import { ThingConfig } from "../thing-config.ts";
import { ThingServiceImpl } from "../thing-service-impl.ts";

/** The fixtures of thing-service, for its own tests and for those of services that call it. */
export const test = base
  .extend("thingConfig", () => new ThingConfig({ environment: "test", port: 0 }))
  .extend("mockThingService", () => mockOf(ThingService))
  .extend("mockThings", () => mockOf(ThingRepository))
  .extend(
    "thingService",
    ({ mockThings, clock, logger }) => new ThingServiceImpl(mockThings, clock, logger),
  );
