import { method, Service } from "@plinth/core";
import { z } from "zod";
import { Thing, ThingDescription, ThingId, ThingName } from "./thing.ts";

export const CreateThingRequest = z.object({ name: ThingName, description: ThingDescription });
export type CreateThingRequest = z.infer<typeof CreateThingRequest>;

export const CreateThingResponse = z.object({ thingId: ThingId });
export type CreateThingResponse = z.infer<typeof CreateThingResponse>;

export const GetThingRequest = z.object({ thingId: ThingId });
export type GetThingRequest = z.infer<typeof GetThingRequest>;

/**
 * What other services may ask of things, in process or over HTTP. Public, so that the example runs
 * without anybody to issue credentials; a method is closed unless its contract says so.
 */
export abstract class ThingService extends Service("things", {
  createThing: method({
    http: "POST /things",
    public: true,
    status: 201,
    location: "/things/:thingId",
    input: CreateThingRequest,
    output: CreateThingResponse,
    errors: ["already_exists"],
  }),
  getThing: method({
    http: "GET /things/:thingId",
    public: true,
    input: GetThingRequest,
    output: Thing,
    errors: ["not_found"],
  }),
}) {}
