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
    ["nothing", "", "not JSON"],
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
    ["no data", { ...good, data: undefined }, "data"],
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

  test("that an outbox kept too long, or altered, is checked before it is published", () => {
    expect(() => encodeEnvelope({ ...good, time: "soon" })).toThrow(/time/);
  });
});
