import { InvalidArgumentError, isServiceError } from "@plinth/core/errors";
import { DomainEvent, EventBus } from "@plinth/messaging";
import { memoryMessaging } from "@plinth/messaging/memory";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const isoDate = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

class LampLit extends DomainEvent({
  name: "lamps.lamp-lit",
  schema: z.object({
    lampId: z.string().min(1),
    at: isoDate.optional(),
    colors: z.array(z.object({ name: z.string() })).optional(),
    anything: z.unknown().optional(),
  }),
  key: "lampId",
}) {
  get isRed(): boolean {
    return this.data.colors?.[0]?.name === "red";
  }
}

const bus = new EventBus(memoryMessaging(), { source: "lamps" });

function refusalOf(run: () => unknown): InvalidArgumentError {
  try {
    run();
  } catch (error) {
    if (isServiceError(error, "invalid_argument")) return error;
    throw error;
  }
  throw new Error("Nothing was refused.");
}

describe("an event", () => {
  test("is of its class, with its data, its name and its methods", () => {
    const event = new LampLit({ lampId: "a", colors: [{ name: "red" }] });
    expect(event).toBeInstanceOf(LampLit);
    expect(event.type).toBe("lamps.lamp-lit");
    expect(event.data).toEqual({ lampId: "a", colors: [{ name: "red" }] });
    expect(event.isRed).toBe(true);
    expect(LampLit.definition).toMatchObject({ name: "lamps.lamp-lit", version: 1, key: "lampId" });
    expect(Object.isFrozen(LampLit.definition)).toBe(true);
    expect(Object.keys(event)).toEqual(["type", "data"]);
  });

  test("is frozen at any depth, and shares nothing with what it was made from", () => {
    const data = { lampId: "a", colors: [{ name: "red" }] };
    const event = new LampLit(data);
    data.colors[0]!.name = "green";
    data.colors.push({ name: "blue" });
    expect(event.data).toEqual({ lampId: "a", colors: [{ name: "red" }] });
    expect(() => Object.assign(event, { type: "other" })).toThrow(TypeError);
    expect(() => Object.assign(event.data, { lampId: "b" })).toThrow(TypeError);
    expect(() => Object.assign(event.data.colors![0]!, { name: "blue" })).toThrow(TypeError);
    expect(() => event.data.colors!.push({ name: "blue" })).toThrow(TypeError);
  });

  test("of a subclass with fields of its own cannot be made: they would not travel", () => {
    class Counted extends LampLit {
      count = 1;
    }
    expect(() => new Counted({ lampId: "a" })).toThrow(TypeError);
  });

  test("is refused with the fields that do not fit, without their values", () => {
    const error = refusalOf(() => new LampLit({ lampId: "", at: "hunter2" as never }));
    expect(error.details).toEqual({
      errors: [
        expect.objectContaining({ path: "lampId", code: "too_small" }),
        expect.objectContaining({ path: "at" }),
      ],
    });
    expect(error.message).toContain('event "lamps.lamp-lit"');
    expect(JSON.stringify([error.message, error.details])).not.toContain("hunter2");
  });

  test("is refused with a field that its schema does not have, at any depth", () => {
    const wrong = { lampId: "a", color: "red", colors: [{ name: "red", shade: 1 }] };
    const error = refusalOf(() => new LampLit(wrong));
    expect(error.details).toEqual({
      errors: expect.arrayContaining([
        { path: "color", message: "Unknown field", code: "unrecognized_keys" },
        { path: "colors[0].shade", message: "Unknown field", code: "unrecognized_keys" },
      ]),
    });
  });

  test.each([
    ["a number without a value", Number.NaN, "is NaN"],
    ["a date", new Date(0), "an instance of Date"],
    ["a map", new Map(), "an instance of Map"],
    ["a function", () => 1, "of type function"],
    ["a bigint", 1n, "of type bigint"],
    ["half a surrogate pair", "\ud83d", "not well-formed"],
    ["what is nested too deeply", nested(70), "deeper than 64"],
    ["undefined in a list", [1, undefined], "of type undefined"],
  ])("is refused with %s where the schema lets it through", (_what, anything, words) => {
    const error = refusalOf(() => new LampLit({ lampId: "a", anything }));
    expect(error.message).toContain(words);
    const { errors } = error.details as { errors: { path: string }[] };
    expect(errors[0]?.path).toMatch(/^anything/);
  });

  test("drops what is undefined, and keeps a field named like the prototype", () => {
    const anything = JSON.parse('{"__proto__": {"x": 1}, "b": null}') as object;
    const event = new LampLit({ lampId: "a", at: undefined, anything });
    const { data } = bus.envelope(event);
    expect(JSON.stringify(data)).toBe('{"lampId":"a","anything":{"__proto__":{"x":1},"b":null}}');
    expect(Object.getPrototypeOf(data["anything"])).toBe(Object.prototype);
  });

  test("goes through codecs: code sees one side, the wire the other", () => {
    const at = new Date("2030-01-02T03:04:05.000Z");
    const event = new LampLit({ lampId: "a", at });
    expect(event.data.at).toEqual(at);
    expect(bus.envelope(event).data).toEqual({ lampId: "a", at: "2030-01-02T03:04:05.000Z" });
  });

  test.each(["", "x".repeat(257), "é".repeat(129)])("is refused with the key %j", (lampId) => {
    const Keyed = DomainEvent({
      name: "lamps.keyed",
      schema: z.object({ lampId: z.string() }),
      key: "lampId",
    });
    const error = refusalOf(() => new Keyed({ lampId }));
    expect(error.details).toMatchObject({ errors: [{ path: "lampId", code: "invalid_key" }] });
  });
});

function nested(levels: number): unknown {
  return levels === 0 ? 1 : { inner: nested(levels - 1) };
}

describe("a declaration is refused", () => {
  const schema = z.object({ lampId: z.string() });
  test.each([
    ["without a name", { name: "", schema }, "the name must be words"],
    ["with capitals", { name: "Lamps.lit", schema }, '"Lamps.lit"'],
    ["with a wildcard", { name: "lamps.*", schema }, "the name must be words"],
    ["with an empty word", { name: "lamps..lit", schema }, "the name must be words"],
    ["with a name too long", { name: "a".repeat(129), schema }, "128 characters at most"],
    ["without a schema", { name: "a", schema: undefined as never }, "must be an object schema"],
    ["with another schema", { name: "a", schema: z.string() as never }, "must be an object schema"],
    ["at version 0", { name: "a", schema, version: 0 }, "from 1, and is 0"],
    ["at version 1.5", { name: "a", schema, version: 1.5 }, "from 1, and is 1.5"],
    ["with a key that is no field", { name: "a", schema, key: "id" as never }, 'the key is "id"'],
    [
      "with an upcaster of its own version",
      { name: "a", schema, upcasters: { 1: (data: object) => data } },
      "leads nowhere",
    ],
    [
      "with an upcaster that is no function",
      { name: "a", schema, version: 2, upcasters: { 1: {} } },
      "is no function",
    ],
  ])("%s", (_what, declaration, words) => {
    const error = refusalOf(() => DomainEvent(declaration as never));
    expect(error.message).toContain(words);
  });

  test("when its schema goes one way only, at the first event", () => {
    const OneWay = DomainEvent({
      name: "lamps.one-way",
      schema: z.object({ lampId: z.string().transform((text) => text.length) }),
    });
    const error = refusalOf(() => new OneWay({ lampId: 3 }));
    expect(error.message).toContain("z.codec in place of transform");
  });
});
