import { DeclarationError, InvalidArgumentError, isServiceError } from "@plinth/core/errors";
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

  test("drops what is undefined", () => {
    const event = new LampLit({ lampId: "a", at: undefined, anything: { b: null, c: undefined } });
    expect(JSON.stringify(bus.envelope(event).data)).toBe('{"lampId":"a","anything":{"b":null}}');
  });

  test.each([
    ["__proto__", '{"list": [{"__proto__": {"x": 1}}]}', "anything.list[0].__proto__"],
    ["constructor.prototype", '{"constructor": {"prototype": 1}}', "anything.constructor"],
  ])("is refused with %s at any depth, as a request would be", (_what, text, path) => {
    const error = refusalOf(() => new LampLit({ lampId: "a", anything: JSON.parse(text) }));
    expect(error.details).toMatchObject({ errors: [{ path, code: "forbidden_key" }] });
    const harmless = { constructor: "of bridges", prototype: 1 };
    expect(new LampLit({ lampId: "a", anything: harmless }).data.anything).toEqual(harmless);
  });

  test.each([
    ["leads back to itself in many ways", cyclic()],
    ["shares objects, so that written out it would never end", shared(62)],
    ["has more values than an envelope has room for", Array(600_000).fill(0)],
    ["is nested thousands of levels deep", nested(5_000)],
  ])("that %s is refused at once", (_what, anything) => {
    const error = refusalOf(() => new LampLit({ lampId: "a", anything }));
    expect(error.details).toMatchObject({ errors: [{ code: "too_big" }] });
    const Recursive = DomainEvent({ name: "lamps.json", schema: z.object({ any: z.json() }) });
    refusalOf(() => new Recursive({ any: anything as never }));
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

function cyclic(): unknown {
  const made: Record<string, unknown> = {};
  for (const name of ["a", "b", "c"]) made[name] = [made, made];
  return made;
}

function shared(levels: number): unknown {
  let made: unknown = 1;
  for (let level = 0; level < levels; level += 1) made = [made, made];
  return made;
}

describe("a declaration is refused", () => {
  const schema = z.object({ lampId: z.string() });
  test.each([
    ["without a name", { name: "", schema }, "the name must be words"],
    ["with a space", { name: "lamps lit", schema }, '"lamps lit"'],
    ["with a hyphen at its end", { name: "lamps-", schema }, "the name must be words"],
    ["with a wildcard", { name: "lamps.*", schema }, "the name must be words"],
    ["with an empty word", { name: "lamps..lit", schema }, "the name must be words"],
    ["with a name too long", { name: "a".repeat(129), schema }, "128 characters at most"],
    ["without a schema", { name: "a", schema: undefined as never }, "must be an object schema"],
    ["with another schema", { name: "a", schema: z.string() as never }, "must be an object schema"],
    ["at version 0", { name: "a", schema, version: 0 }, "from 1 to 2147483647, not 0."],
    ["at version 1.5", { name: "a", schema, version: 1.5 }, "from 1 to 2147483647, not 1.5."],
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
    const declare = (): unknown => DomainEvent(declaration as never);
    expect(declare).toThrow(DeclarationError);
    expect(declare).toThrow(words);
  });

  test("but not for the names of other programs, with capitals and underscores", () => {
    for (const name of ["UserCreated", "user_created", "Orders.Order_Placed-v2"]) {
      expect(DomainEvent({ name, schema }).definition.name).toBe(name);
    }
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
