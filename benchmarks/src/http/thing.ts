import { z } from "zod";

/** What a client may create. Unknown fields are refused. */
export const ThingInput = z.strictObject({
  name: z.string().min(1).max(100),
  description: z.string().max(1_000),
});
export type ThingInput = z.infer<typeof ThingInput>;

export const ThingId = z.string().min(1).max(106);

/** What a client gets. What else is stored stays inside. */
export const Thing = z.object({ thingId: ThingId, name: z.string(), description: z.string() });
export type Thing = z.infer<typeof Thing>;

export const ThingCreated = z.object({ thingId: ThingId });
export const ThingParameters = z.object({ thingId: ThingId });

/** The same for those who check by JSON Schema. */
const text = (minLength: number, maxLength: number) =>
  ({ type: "string", minLength, maxLength }) as const;
const id = text(1, 106);

export const jsonSchemas = {
  input: {
    type: "object",
    required: ["name", "description"],
    additionalProperties: false,
    properties: { name: text(1, 100), description: text(0, 1_000) },
  },
  parameters: { type: "object", required: ["thingId"], properties: { thingId: id } },
  thing: {
    type: "object",
    required: ["thingId", "name", "description"],
    properties: { thingId: id, name: { type: "string" }, description: { type: "string" } },
  },
  created: { type: "object", required: ["thingId"], properties: { thingId: id } },
} as const;

/** A thing as it is stored: with a field that must never leave. */
export interface StoredThing extends Thing {
  readonly owner: string;
}

/** The business logic, the same object behind every server. */
export class ThingStore {
  readonly #things = new Map<string, StoredThing>();

  constructor() {
    for (let index = 0; index < 1_000; index += 1) {
      this.create({ name: `seed${index}`, description: `The thing with the number ${index}` });
    }
  }

  get(thingId: string): StoredThing | undefined {
    return this.#things.get(thingId);
  }

  /** Creates a thing, or writes it again. */
  create({ name, description }: ThingInput): { thingId: string; owner: string } {
    const thingId = `thing_${name}`;
    this.#things.set(thingId, { thingId, name, description, owner: "a person" });
    return { thingId, owner: "a person" };
  }
}

/** Where a created thing is found. */
export function locationOf(thingId: string): string {
  return `/things/${encodeURIComponent(thingId)}`;
}
