export { Thing, ThingDescription, ThingId, ThingName, thingIdOf } from "./thing.ts";
export {
  CreateThingRequest,
  CreateThingResponse,
  GetThingRequest,
  ThingService,
} from "./thing-service.ts";
