import type { Binding } from "@plinth/core";
import { bindHttp } from "@plinth/http";
import { ThingService } from "./api/index.ts";
import { bindGreeting } from "./bind-greeting.ts";
import { bindDatabase } from "./data/bind-database.ts";
import { bindThingRepository } from "./data/thing-repository.ts";
import { bindThingService } from "./thing-service-impl.ts";

/** What thing-service is made of. A monolith lists the middle two among its own. */
export const thingBindings: readonly Binding[] = [
  bindDatabase,
  bindThingRepository,
  bindThingService,
  bindHttp({
    serve: [ThingService],
    // The document is served at /openapi.json; SERVE_DOCS decides about the page at /docs.
    openApi: { title: "thing-service", version: "1.0.0" },
  }),
  bindGreeting,
];
