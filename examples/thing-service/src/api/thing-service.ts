import { method, Service } from "@plinth/core";
import { z } from "zod";
import { Thing, ThingAtRevision, ThingDescription, ThingId, ThingName } from "./thing.ts";

export const CreateThingRequest = z.object({ name: ThingName, description: ThingDescription });
export type CreateThingRequest = z.infer<typeof CreateThingRequest>;

export const CreateThingResponse = z.object({ thingId: ThingId });
export type CreateThingResponse = z.infer<typeof CreateThingResponse>;

export const GetThingRequest = z.object({ thingId: ThingId });
export type GetThingRequest = z.infer<typeof GetThingRequest>;

export const ListThingsRequest = z.object({
  orderBy: z.enum(["name", "createdAt"]).default("name"),
  order: z.enum(["ascending", "descending"]).default("ascending"),
  limit: z.int().min(1).max(100).default(20),
  /** From the answer before; the other fields must then be the same. */
  cursor: z.string().max(4_000).optional(),
});
export type ListThingsRequest = z.infer<typeof ListThingsRequest>;

export const ListThingsResponse = z.object({
  things: z.array(Thing),
  /** Where the next page begins. Absent: there is no more. */
  cursor: z.string().optional(),
});
export type ListThingsResponse = z.infer<typeof ListThingsResponse>;

/** The revision that the caller has read. Without one, any revision is changed. */
const seen = { revision: z.string().min(1).max(200).optional() };

export const ReplaceThingRequest = z.object({
  thingId: ThingId,
  description: ThingDescription,
  ...seen,
});
export type ReplaceThingRequest = z.infer<typeof ReplaceThingRequest>;

export const DeleteThingRequest = z.object({ thingId: ThingId, ...seen });
export type DeleteThingRequest = z.infer<typeof DeleteThingRequest>;

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
    etag: "revision",
    input: GetThingRequest,
    output: ThingAtRevision,
    errors: ["not_found"],
  }),
  listThings: method({
    http: "GET /things",
    public: true,
    input: ListThingsRequest,
    output: ListThingsResponse,
  }),
  replaceThing: method({
    http: "PUT /things/:thingId",
    public: true,
    etag: "revision",
    ifMatch: "revision",
    input: ReplaceThingRequest,
    output: ThingAtRevision,
    errors: ["not_found", "aborted"],
  }),
  deleteThing: method({
    http: "DELETE /things/:thingId",
    public: true,
    ifMatch: "revision",
    input: DeleteThingRequest,
    output: z.void(),
    errors: ["aborted"],
  }),
}) {}
