import { method, Service } from "@plinth/core";
import { Repository } from "@plinth/data";
import { z } from "zod";

export const Lamp = z.object({
  lampId: z.string().min(1),
  room: z.string(),
  watts: z.int().min(1),
});
export type Lamp = z.infer<typeof Lamp>;

export class LampRepository extends Repository({
  name: "lamps",
  schema: Lamp,
  key: ["lampId"],
  indexes: { byRoom: { partition: "room", sort: "watts" } },
}) {}

export const GetLampRequest = z.object({ lampId: z.string() });
export type GetLampRequest = z.infer<typeof GetLampRequest>;

export const ListLampsRequest = z.object({ room: z.string() });
export type ListLampsRequest = z.infer<typeof ListLampsRequest>;

export abstract class LampService extends Service("lamps", {
  addLamp: method({
    http: "POST /lamps",
    status: 201,
    scopes: ["lamps:write"],
    input: Lamp,
    output: Lamp,
    errors: ["already_exists"],
  }),
  getLamp: method({
    http: "GET /lamps/:lampId",
    public: true,
    input: GetLampRequest,
    output: Lamp,
    errors: ["not_found"],
  }),
  listLamps: method({
    http: "GET /rooms/:room/lamps",
    public: true,
    input: ListLampsRequest,
    output: z.object({ lamps: z.array(Lamp) }),
  }),
}) {}
