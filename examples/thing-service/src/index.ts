export { bindDatabase } from "./data/bind-database.ts";
export { bindThingRepository, ThingRepository } from "./data/thing-repository.ts";
export { thingBindings } from "./thing-bindings.ts";
export { AwsThingConfig, GcpThingConfig, ThingConfig, thingConfigs } from "./thing-config.ts";
export { bindThingService, ThingServiceImpl } from "./thing-service-impl.ts";
