import { z } from "zod";
import { DomainEvent, type DomainEventClass } from "../events/domain-event.ts";

type HappenedSchema = z.ZodObject<{ thingId: z.ZodString; step: z.ZodNumber }>;

/** A class of events for one test, under a name that no other test has. */
export function happenedAs(name: string): DomainEventClass<string, HappenedSchema> {
  return DomainEvent({
    name,
    version: 2,
    key: "thingId",
    schema: z.object({ thingId: z.string(), step: z.number() }),
    upcasters: { 1: (data) => ({ ...data, step: 0 }) },
  });
}
