import { createContext, runWithContext } from "@plinth/core";
import { DomainEvent, EventBus, type EventEnvelope } from "@plinth/messaging";
import { memoryMessaging } from "@plinth/messaging/memory";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { decodeEnvelope, encodeEnvelope } from "../src/events/envelope-codec.ts";

const LampLit = DomainEvent({
  name: "lamps.lamp-lit",
  version: 3,
  schema: z.object({ lampId: z.string(), text: z.string().optional() }),
  key: "lampId",
});

const bus = new EventBus(memoryMessaging(), {
  source: "lamp-service",
  clock: () => Date.UTC(2030, 0, 1),
  newId: () => "id-1",
});

const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

test("an event outside of any request is a CloudEvent of version 1.0", () => {
  const envelope = bus.envelope(new LampLit({ lampId: "a" }));
  expect(envelope).toEqual({
    specversion: "1.0",
    id: "id-1",
    source: "lamp-service",
    type: "lamps.lamp-lit",
    subject: "a",
    time: "2030-01-01T00:00:00.000Z",
    datacontenttype: "application/json",
    dataversion: 3,
    data: { lampId: "a" },
  });
  // Attribute names of CloudEvents are lower-case letters and digits, nothing else.
  expect(Object.keys(envelope).filter((name) => !/^[a-z0-9]{1,20}$/.test(name))).toEqual([]);
});

test("within a request it says which, and continues its trace", () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const context = createContext({
    parent: null,
    requestId: "request-7",
    traceparent,
    tracestate: "a=b",
    principal: { id: "user-1", claims: { email: "a@b.example" } },
  });
  const envelope = runWithContext(context, () => bus.envelope(new LampLit({ lampId: "a" })));
  expect(envelope).toMatchObject({
    correlationid: "request-7",
    traceparent: context.traceparent,
    tracestate: "a=b",
  });
  expect(envelope.traceparent).toContain("4bf92f3577b34da6a3ce929d0e0e4736");
  expect(JSON.stringify(envelope)).not.toMatch(/user-1|example/);
});

test("an event without a key has no subject, and its message no key", () => {
  const Plain = DomainEvent({ name: "lamps.plain", schema: z.object({}) });
  const envelope = bus.envelope(new Plain({}));
  expect(envelope).not.toHaveProperty("subject");
  expect(encodeEnvelope(envelope)).not.toHaveProperty("key");
});

describe("an envelope", () => {
  const good: EventEnvelope = bus.envelope(new LampLit({ lampId: "a" }));

  test("comes back as it was", () => {
    const message = encodeEnvelope(good);
    expect(message).toMatchObject({ id: "id-1", type: "lamps.lamp-lit", key: "a" });
    expect(message.contentType).toBe("application/cloudevents+json");
    expect(decodeEnvelope(message.body)).toEqual(good);
  });

  test("of another publisher may have other attributes, another time zone, and no version", () => {
    const { dataversion: _version, datacontenttype: _type, ...foreign } = good;
    const time = "2030-01-01T02:00:00+02:00";
    const read = decodeEnvelope(bytes({ ...foreign, time, partitionkey: "x", priority: 3 }));
    expect(read).toMatchObject({ time, dataversion: 1, datacontenttype: "application/json" });
  });

  test.each([
    ["no time", { time: undefined }, { time: expect.stringMatching(/^20.*Z$/) }],
    ["a time in small letters", { time: "2030-01-01t02:00:00z" }, { time: "2030-01-01T02:00:00Z" }],
    [
      "a time with microseconds",
      { time: "2030-01-01T02:00:00.123456+00:00" },
      { time: "2030-01-01T02:00:00.123456+00:00" },
    ],
    ["null for a time", { time: null }, { time: expect.any(String) }],
    ["null for a version", { dataversion: null }, { dataversion: 1 }],
    ["null for attributes that it does not use", { time: null, traceparent: null, x: null }, {}],
    ["a media type with parameters", { datacontenttype: "Application/JSON; charset=utf-8" }, {}],
    ["a media type of its own", { datacontenttype: "application/vnd.lamp+json" }, {}],
    ["an id of its own", { id: "a lamp/é" }, { id: "a lamp/é" }],
    ["no data", { data: undefined }, { data: {} }],
    ["null for data", { data: null }, { data: {} }],
    [
      "data in Base64",
      { data: undefined, data_base64: Buffer.from('{"lampId":"b"}').toString("base64") },
      { data: { lampId: "b" } },
    ],
    ["a trace state that is too long", { tracestate: "a=".padEnd(600, "x") }, {}],
    ["a trace state that is no text", { tracestate: 5, traceparent: {} }, {}],
    ["a request id that is too long", { correlationid: "x".repeat(257) }, {}],
  ])("of another publisher may have %s", (_what, change, read) => {
    const envelope = decodeEnvelope(bytes({ ...good, ...change }));
    const { time: _time, ...rest } = good;
    expect(envelope).toEqual({ ...rest, time: expect.any(String), ...read });
  });

  test("of another publisher has no key where the subject is null or empty", () => {
    for (const subject of [null, ""]) {
      expect(decodeEnvelope(bytes({ ...good, subject }))).not.toHaveProperty("subject");
    }
  });

  test.each([
    ["nothing", "", "not JSON"],
    ["data in Base64 that is none", { ...good, data: null, data_base64: "é" }, "data_base64"],
    ["data in Base64 of no JSON", { ...good, data: null, data_base64: "AAAA" }, "data_base64"],
    ["a forbidden key", '{"specversion":"1.0","data":{"a":[{"__proto__":1}]}}', "data.a[0]"],
    [
      "a forbidden key in an attribute",
      { ...good, other: { constructor: { prototype: 1 } } },
      "other.constructor",
    ],
    ["data nested too deep", `{"data":${"[".repeat(5_000)}${"]".repeat(5_000)}}`, "deeper than 64"],
    ["more than a million bytes", { ...good, other: "x".repeat(1_000_000) }, "most that is read"],
    ["half of JSON", '{"a": ', "not JSON"],
    ["a list", [], "CloudEvents envelope"],
    ["null", null, "CloudEvents envelope"],
    ["another version of CloudEvents", { ...good, specversion: "0.3" }, "specversion"],
    ["no id", { ...good, id: undefined }, "id"],
    ["an empty id", { ...good, id: "" }, "id"],
    ["an id with a line break", { ...good, id: "a\nb" }, "id"],
    ["no source", { ...good, source: "" }, "source"],
    ["no type", { ...good, type: undefined }, "type"],
    ["a time that is none", { ...good, time: "yesterday" }, "time"],
    ["XML", { ...good, datacontenttype: "text/xml" }, "datacontenttype"],
    ["a version that is text", { ...good, dataversion: "3" }, "dataversion"],
    ["version 0", { ...good, dataversion: 0 }, "dataversion"],
    ["data that are a list", { ...good, data: [1] }, "data"],
  ])("is refused with %s", (_what, value, words) => {
    expect(() => decodeEnvelope(bytes(value))).toThrow(
      expect.objectContaining({
        code: "invalid_argument",
        message: expect.stringContaining(words),
      }),
    );
  });

  test("is refused when it is not UTF-8", () => {
    const body = bytes({ ...good, data: { lampId: "~" } });
    expect(decodeEnvelope(body).data).toEqual({ lampId: "~" });
    body[body.indexOf(0x7e)] = 0xff;
    expect(() => decodeEnvelope(body)).toThrow("not JSON in UTF-8");
  });

  test("is refused above a million bytes, as bytes and not as characters", () => {
    const withText = (length: number): EventEnvelope => ({
      ...good,
      data: { lampId: "a", text: "é".repeat(length) },
    });
    expect(encodeEnvelope(withText(499_000)).body.byteLength).toBeLessThan(1_000_000);
    expect(() => encodeEnvelope(withText(500_000))).toThrow(/takes 1000\d\d\d bytes/);
  });

  test.each([
    ["tracestate", Array.from({ length: 32 }, (_, n) => `v${n}=`.padEnd(49, "x")).join(",")],
    ["tracestate", "a=b\nc=d"],
    ["tracestate", ["a=b"]],
    ["traceparent", "x".repeat(513)],
    ["correlationid", "x".repeat(257)],
    ["correlationid", ""],
  ])("is published whatever a caller sent as %s", (name, value) => {
    const { body } = encodeEnvelope({ ...good, [name]: value });
    const read = decodeEnvelope(body);
    expect({ ...read, [name]: undefined }).toEqual({ ...good, [name]: undefined });
    const left: unknown = read[name as keyof EventEnvelope];
    expect(left === undefined || (typeof left === "string" && left.length <= 512)).toBe(true);
  });

  test("whose data lead back to themselves is refused", () => {
    const data: Record<string, unknown> = {};
    data["self"] = data;
    expect(() => encodeEnvelope({ ...good, data: data as never })).toThrow(/cannot be written/);
  });

  test("is checked when it is made, for those who store it", () => {
    const odd = new EventBus(memoryMessaging(), { source: "a", newId: () => "no id" });
    expect(() => odd.envelope(new LampLit({ lampId: "a" }))).toThrow(/id/);
    const context = { requestId: "x".repeat(300), tracestate: "y".repeat(2_000) };
    const envelope = runWithContext(context, () => bus.envelope(new LampLit({ lampId: "a" })));
    expect(envelope).toEqual(good);
  });

  test("that an outbox kept too long, or altered, is checked before it is published", () => {
    expect(() => encodeEnvelope({ ...good, time: "soon" })).toThrow(/time/);
  });
});
