import { loadConfig } from "@plinth/config";
import { createApp } from "@plinth/core";
import { thingBindings } from "./thing-bindings.ts";
import { thingConfigs } from "./thing-config.ts";

await createApp({
  name: "thing-service",
  config: loadConfig(thingConfigs),
  bindings: thingBindings,
}).run();
