import { method, Service } from "@plinth/core";
import { z } from "zod";

const Tag = z.object({
  name: z.string(),
  get children() {
    return z.array(Tag).optional();
  },
});
const Lamp = z
  .object({
    lampId: z
      .string()
      .max(20)
      .meta({ description: "Its id.", examples: ["desk"] }),
    state: z.enum(["on", "off"]),
    watts: z.number().int().min(1).max(100).optional(),
    default: Tag.optional(),
  })
  .meta({ id: "Lamp" });
const Id = Lamp.pick({ lampId: true });

/** One of each thing that a document has to show. */
export abstract class LampService extends Service("lamps", {
  createLamp: method({
    http: "POST /lamps",
    status: 201,
    location: "/lamps/:lampId",
    summary: "Makes a lamp",
    input: Lamp,
    output: Lamp,
    errors: ["already_exists", "resource_exhausted"],
    scopes: ["lamps:write"],
  }),
  findLamps: method({
    http: "GET /lamps",
    public: true,
    idempotent: true,
    input: z.object({
      state: z.enum(["on", "off"]).optional(),
      ids: z.array(z.string()).optional(),
      limit: z.number().int().max(50).default(10),
    }),
    output: z.object({ lamps: z.array(Lamp), when: z.iso.datetime() }),
  }),
  changeLamp: method({
    http: "PATCH /lamps/:lampId",
    input: z.intersection(Id, z.object({ state: z.string().transform((text) => text.trim()) })),
    output: Tag,
    errors: ["not_found"],
  }),
  removeLamp: method({
    http: "DELETE /lamps/:lampId",
    public: true,
    input: Id,
    output: z.void(),
  }),
}) {}
