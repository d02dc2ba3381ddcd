import { expect, test } from "vitest";
import { compareObserved } from "../src/events/compare-observed.ts";
import type { Observed } from "../src/events/observe-client.ts";

const expected: Observed = {
  confirmed: 2,
  unsettled: 1,
  messages: [
    { routingKey: "a.1", properties: { deliveryMode: 2, headers: { key: "a" } }, body: "{}" },
    { routingKey: "a.2", properties: { deliveryMode: 2, headers: { key: "b" } }, body: "{}" },
  ],
  handled: [{ id: "<id>", attempt: 1 }],
  left: 0,
};

const message = { ...expected.messages[1] };

test("a client that does the same passes", () => {
  expect(() => compareObserved("same", structuredClone(expected), expected)).not.toThrow();
});

test.each<[string, Partial<Observed>, string]>([
  [
    "a message that is not persistent",
    {
      messages: [
        { ...expected.messages[0] },
        { ...message, properties: { headers: { key: "b" } } },
      ],
    },
    "message 1 on the broker",
  ],
  [
    "other bytes",
    { messages: [{ ...expected.messages[0] }, { ...message, body: "{ }" }] },
    "message 1 on the broker",
  ],
  ["a message that is missing", { messages: [{ ...expected.messages[0] }] }, "message 1"],
  ["a publish that is not confirmed", { confirmed: 1 }, "everything"],
  ["an event that is handled in another way", { handled: [{ id: "<id>", attempt: 2 }] }, "event 0"],
  ["more at once than the prefetch", { unsettled: 2 }, "everything"],
  ["what is not acknowledged", { left: 1 }, "everything"],
])("%s ends the comparison", (_what, change, where) => {
  const found = { ...structuredClone(expected), ...change };
  expect(() => compareObserved("other", found, expected)).toThrow(
    "other does not do the same as the raw AMQP client",
  );
  expect(() => compareObserved("other", found, expected)).toThrow(where);
});
