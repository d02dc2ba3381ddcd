import { setImmediate as turn } from "node:timers/promises";
import type { Channel, ConsumeMessage } from "amqplib";
import { expect, test } from "vitest";
import { Acknowledgements } from "../src/rabbitmq/acknowledgements.ts";

const rawOf = (deliveryTag: number) => ({ fields: { deliveryTag } }) as ConsumeMessage;

function acknowledgements() {
  const sent: string[] = [];
  const state = { isGone: false };
  const channel = {
    ack: (raw: ConsumeMessage, allUpTo = false) => {
      if (state.isGone) throw new Error("Channel closed");
      sent.push(`${allUpTo ? "to " : ""}${raw.fields.deliveryTag}`);
    },
  } as unknown as Channel;
  const made = new Acknowledgements(channel);
  const add = (...tags: number[]): void => {
    for (const tag of tags) made.add(rawOf(tag));
  };
  return { made, sent, state, add };
}

test("what ends in one turn is acknowledged at once", async () => {
  const { sent, add } = acknowledgements();
  add(1);
  await Promise.resolve();
  add(3, 2);
  expect(sent).toEqual([]);
  await turn();
  expect(sent).toEqual(["to 3"]);
  add(4);
  await turn();
  expect(sent).toEqual(["to 3", "4"]);
});

test("acknowledgements behind an unsettled message go singly, and do not wait", async () => {
  const { sent, add } = acknowledgements();
  add(2, 3);
  await turn();
  expect(sent).toEqual(["2", "3"]);
  // The first is done now, the fifth is not.
  add(1, 4, 6);
  await turn();
  expect(sent).toEqual(["2", "3", "to 4", "6"]);
  add(5, 7);
  await turn();
  expect(sent).toEqual(["2", "3", "to 4", "6", "to 7"]);
});

test("only a tag that the broker still waits for can stand for all before it", async () => {
  const { sent, add } = acknowledgements();
  add(2, 3);
  await turn();
  add(1, 5);
  await turn();
  expect(sent).toEqual(["2", "3", "to 1", "5"]);
});

test("one that went back leaves no gap", async () => {
  const { sent, add, made } = acknowledgements();
  made.skip(rawOf(2));
  add(1, 3);
  await turn();
  expect(sent).toEqual(["to 3"]);
});

test("a flush sends what waits, once", async () => {
  const { sent, add, made } = acknowledgements();
  add(1, 2);
  made.flush();
  expect(sent).toEqual(["to 2"]);
  await turn();
  expect(sent).toEqual(["to 2"]);
});

test("what cannot be sent, as the channel is gone, is dropped", async () => {
  const { state, sent, add } = acknowledgements();
  state.isGone = true;
  add(1, 2);
  await turn();
  expect(sent).toEqual([]);
});
