export {
  Thing,
  ThingAtRevision,
  ThingDescription,
  ThingId,
  thingIdOf,
  ThingName,
} from "./thing.ts";
export {
  CreateThingRequest,
  CreateThingResponse,
  DeleteThingRequest,
  GetThingRequest,
  ListThingsRequest,
  ListThingsResponse,
  ReplaceThingRequest,
  ThingService,
} from "./thing-service.ts";
