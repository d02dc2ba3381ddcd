import { injectable } from "@plinth/core";
import { DomainEvent, type EventHandler, bindSubscription } from "@plinth/messaging";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";

class LampLit extends DomainEvent({
  name: "lamps.lamp-lit",
  schema: z.object({ lampId: z.string(), color: z.string().default("white") }),
  key: "lampId",
}) {}

class LampMoved extends DomainEvent({
  name: "lamps.lamp-moved",
  schema: z.object({ lampId: z.string(), meters: z.number() }),
}) {}

@injectable()
class OnBoth implements EventHandler<LampLit | LampMoved> {
  handle(event: LampLit | LampMoved): void {
    if (event.type === "lamps.lamp-moved") expectTypeOf(event.data.meters).toEqualTypeOf<number>();
    else expectTypeOf(event.data.color).toEqualTypeOf<string>();
  }
}

@injectable()
class OnLit implements EventHandler<LampLit> {
  async handle(event: LampLit): Promise<void> {
    expectTypeOf(event.type).toEqualTypeOf<"lamps.lamp-lit">();
  }
}

// Only compiled: the compiler is what is tested.
test("an event takes what its schema says", () => {
  expectTypeOf<ConstructorParameters<typeof LampMoved>>().toEqualTypeOf<
    [data: { lampId: string; meters: number }]
  >();
  void (() => {
    // @ts-expect-error A field is missing.
    void new LampMoved({ lampId: "a" });
    // @ts-expect-error There is no such field.
    void new LampMoved({ lampId: "a", meters: 1, color: "red" });
    // @ts-expect-error Events are read-only.
    new LampMoved({ lampId: "a", meters: 1 }).data.meters = 2;
  });
});

test("a key is a field of text", () => {
  const schema = z.object({ lampId: z.string(), meters: z.number() });
  void (() => {
    DomainEvent({ name: "a", schema, key: "lampId" });
    // @ts-expect-error Numbers do not order events.
    DomainEvent({ name: "a", schema, key: "meters" });
    // @ts-expect-error There is no such field.
    DomainEvent({ name: "a", schema, key: "id" });
  });
});

test("a handler takes every event of its subscription", () => {
  void (() => {
    bindSubscription("a", { events: [LampLit, LampMoved], handler: OnBoth });
    bindSubscription("a", { events: [LampLit], handler: OnBoth });
    bindSubscription("a", { events: [LampLit], handler: OnLit });
    // @ts-expect-error It does not know one of the two.
    bindSubscription("a", { events: [LampLit, LampMoved], handler: OnLit });
    // @ts-expect-error It knows another one.
    bindSubscription("a", { events: [LampMoved], handler: OnLit });
    // @ts-expect-error A schema is no event.
    bindSubscription("a", { events: [z.object({})], handler: OnLit });
  });
});
