import { describeWithEngine } from "@plinth/testing";
import { connect } from "amqplib";
import { afterAll, expect, test } from "vitest";
import type { DriverSubscription, IncomingMessage, Settlement } from "../src/index.ts";
import { brokerNames } from "../src/rabbitmq/broker-names.ts";
import { propertiesOf, repeatedProperties } from "../src/rabbitmq/message-codec.ts";
import { Condition, messageOf, openDriver } from "./support/open-driver.ts";
import { rabbitMqSpace } from "./support/rabbitmq-space.ts";

describeWithEngine("rabbitmq", "an event that its publisher had to repeat", (url) => {
  const space = rabbitMqSpace(url);
  afterAll(() => space[Symbol.asyncDispose](), 60_000);

  interface Handling {
    readonly id: string;
    readonly process: number;
    readonly end: (settlement: Settlement) => void;
  }

  /** Two processes with one subscription, which handle one event at a time until they are told how it ends. */
  async function open(name: string) {
    const condition = new Condition();
    const begun: Handling[] = [];
    const definition = {
      name,
      types: [`${name}.thing`],
      concurrency: 1,
      ordered: false,
      retryDelays: [],
    };
    const processes = await Promise.all([openDriver(space.driver()), openDriver(space.driver())]);
    const subscriptions: DriverSubscription[] = [];
    for (const [process, { driver }] of processes.entries()) {
      const receive = ({ id }: IncomingMessage): Promise<Settlement> =>
        new Promise((end) => {
          begun.push({ id, process, end });
          condition.changed();
        });
      subscriptions.push(await driver.subscribe(definition, receive));
    }
    const connection = await connect(url);
    const channel = await connection.createChannel();
    const queue = brokerNames(space.prefix).queue(name);
    const send = (id: string, isRepeated = false): void => {
      const message = messageOf(`${name}.thing`, { id });
      const properties = propertiesOf(message);
      const sent = isRepeated ? repeatedProperties(properties) : properties;
      channel.sendToQueue(queue, Buffer.from(message.body), sent);
    };
    const hasBegun = (count: number): Promise<void> =>
      condition.until(
        () => begun.length >= count,
        15_000,
        () => `${begun.length} of ${count} have begun`,
      );
    return {
      begun,
      subscriptions,
      send,
      hasBegun,
      /** Resolves with how often the event was handled, once both processes are done with all copies of it. */
      async handlings(): Promise<number> {
        const before = begun.length;
        for (const marker of ["one", "other"]) send(marker);
        await hasBegun(before + 2);
        const last = begun.slice(-2);
        for (const { end } of last) end({ kind: "done" });
        expect(last.map(({ id }) => id).toSorted()).toEqual(["one", "other"]);
        return before;
      },
      async [Symbol.asyncDispose]() {
        await connection.close();
        for (const { driver } of processes) await driver.close();
      },
    };
  }

  test("is not handled by one process while and after another handles it", async () => {
    await using opened = await open("repeated.handled");
    opened.send("event");
    await opened.hasBegun(1);
    opened.send("event", true);
    // Longer than it takes to ask once.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(opened.begun).toHaveLength(1);
    opened.begun[0]?.end({ kind: "done" });
    expect(await opened.handlings()).toBe(1);
  });

  test("is handled by one process once another has given it back", async () => {
    await using opened = await open("repeated.released");
    opened.send("event");
    await opened.hasBegun(1);
    opened.send("event", true);
    const [first] = opened.begun;
    const closing = opened.subscriptions[first?.process ?? 0]?.close();
    first?.end({ kind: "release" });
    await closing;
    await opened.hasBegun(2);
    expect(opened.begun[1]?.process).not.toBe(first?.process);
  });

  test("is handled once when two copies come to two processes at one moment", async () => {
    await using opened = await open("repeated.together");
    opened.send("event", true);
    opened.send("event", true);
    await opened.hasBegun(1);
    opened.begun[0]?.end({ kind: "done" });
    expect(await opened.handlings()).toBe(1);
  });
});
