import { z } from "zod";
import { method, Service } from "../src/contract/index.ts";
import { toServiceError } from "../src/errors/to-service-error.ts";

export const Thing = z.object({ thingId: z.string(), name: z.string() });
export const CreateThing = z.object({
  name: z.string().max(20),
  labels: z.array(z.object({ key: z.string() })).default([]),
});

export abstract class ThingService extends Service("things", {
  createThing: method({
    http: "POST /things",
    status: 201,
    input: CreateThing,
    output: Thing,
    errors: ["already_exists"],
    location: "/things/:thingId",
  }),
  getThing: method({
    http: "GET /things/:thingId",
    input: z.object({ thingId: z.string() }),
    output: Thing,
  }),
  deleteThing: method({
    http: "DELETE /things/:thingId",
    input: z.object({ thingId: z.string() }),
    output: z.void(),
  }),
}) {}

export class ThingServiceImpl implements ThingService {
  async createThing(request: z.infer<typeof CreateThing>): Promise<z.infer<typeof Thing>> {
    return { thingId: `thing_${request.name}`, name: request.name };
  }
  async getThing({ thingId }: { thingId: string }): Promise<z.infer<typeof Thing>> {
    return { thingId, name: "x" };
  }
  async deleteThing(): Promise<void> {}
}

export async function fault(
  run: () => Promise<unknown>,
): Promise<ReturnType<typeof toServiceError>> {
  try {
    await run();
  } catch (error) {
    return toServiceError(error);
  }
  throw new Error("Expected a rejection.");
}
