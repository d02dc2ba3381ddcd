import { describeWithEngine } from "@plinth/testing";
import { connect, type Channel } from "amqplib";
import { afterAll, expect, test } from "vitest";
import { CuttingProxy } from "../../data/test/support/cutting-proxy.ts";
import type { DriverSubscriptionDefinition } from "../src/index.ts";
import { brokerNames } from "../src/rabbitmq/broker-names.ts";
import { messageOf, openDriver } from "./support/open-driver.ts";
import { rabbitMqSpace } from "./support/rabbitmq-space.ts";

describeWithEngine("rabbitmq", "what is declared on RabbitMQ", (url) => {
  const space = rabbitMqSpace(url);
  const names = brokerNames(space.prefix);
  afterAll(() => space[Symbol.asyncDispose](), 60_000);

  const definitionOf = (
    name: string,
    more: Partial<DriverSubscriptionDefinition> = {},
  ): DriverSubscriptionDefinition => ({
    name,
    types: [`${name}.thing`],
    concurrency: 4,
    ordered: false,
    retryDelays: [50],
    ...more,
  });
  const subscribe = async (definition: DriverSubscriptionDefinition): Promise<unknown> => {
    await using opened = await openDriver(space.driver());
    return await opened.driver
      .subscribe(definition, async () => ({ kind: "done" }))
      .then((subscription) => subscription.close())
      .catch((error: unknown) => error);
  };
  const onChannel = async (body: (channel: Channel) => Promise<unknown>): Promise<void> => {
    const connection = await connect(url);
    try {
      await body(await connection.createChannel());
    } finally {
      await connection.close();
    }
  };

  test("declaring again changes nothing, in many processes at once", async () => {
    const definition = definitionOf("declared.again", { ordered: true });
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => subscribe(definition)));
    expect(outcomes).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(await subscribe(definition)).toBeUndefined();
  });

  test("a connection that breaks in the middle of it is no fault of the subscription", async () => {
    const { hostname, port } = new URL(url);
    await using proxy = await CuttingProxy.start(hostname, Number(port));
    const through = new URL(url);
    through.host = proxy.address;
    await using opened = await openDriver(space.driver({ url: through.href }));
    const definition = definitionOf("broken.connection", { ordered: true });
    const subscribing = opened.driver.subscribe(definition, async () => ({ kind: "done" }));
    proxy.cut("all");
    await (await subscribing).drain();
    expect(opened.errors).toEqual([]);
  });

  test("a queue of another form is named, with what it is and what it should be", async () => {
    const queue = names.queue("other.form");
    await onChannel((channel) =>
      channel.assertQueue(queue, {
        durable: true,
        arguments: { "x-queue-type": "quorum", "x-delivery-limit": 3 },
      }),
    );
    const error = await subscribe(definitionOf("other.form"));
    expect(error).toMatchObject({ code: "failed_precondition" });
    expect(String(error)).toContain(`queue "${queue}" has `);
    expect(String(error)).toMatch(/has x-[a-z-]+ = \S+, and \S+ is needed\. .*delete it/);
  });

  test("an exchange of another form is named, too", async () => {
    const other = rabbitMqSpace(url);
    await using _other = other;
    const { exchange } = brokerNames(other.prefix);
    await onChannel((channel) => channel.assertExchange(exchange, "fanout", { durable: true }));
    await expect(openDriver(other.driver())).rejects.toThrow(
      `exchange "${exchange}" has type = fanout, and topic is needed`,
    );
  });

  test("a queue that is deleted under its consumer is made again", async () => {
    const definition = definitionOf("deleted.queue");
    await using opened = await openDriver(space.driver());
    const received: string[] = [];
    let came: () => void = () => undefined;
    const arrival = new Promise<void>((resolve) => (came = resolve));
    await opened.driver.subscribe(definition, async ({ id }) => {
      received.push(id);
      came();
      return { kind: "done" };
    });
    await onChannel((channel) => channel.deleteQueue(names.queue("deleted.queue")));
    // Until it is there again, what is published has no subscriber, which is fine.
    const publishing = setInterval(() => {
      void opened.driver.publish([messageOf("deleted.queue.thing")], {});
    }, 50);
    await arrival;
    clearInterval(publishing);
    expect(received).not.toEqual([]);
  });

  test(
    "an exchange that was deleted is made again, and bound to the queues of every process",
    { timeout: 60_000 },
    async () => {
      await using subscriber = await openDriver(space.driver());
      await using publisher = await openDriver(space.driver());
      const received: string[] = [];
      for (const ordered of [false, true]) {
        const name = `deleted.exchange-${ordered}`;
        const definition = definitionOf(name, { types: ["deleted.exchange.thing"], ordered });
        await subscriber.driver.subscribe(definition, async ({ id }) => {
          received.push(id);
          return { kind: "done" };
        });
      }
      const publish = (id: string): Promise<void> =>
        publisher.driver.publish([messageOf("deleted.exchange.thing", { id })], {});
      await publish("before");
      await expect.poll(() => received).toEqual(["before", "before"]);
      await onChannel((channel) => channel.deleteExchange(names.exchange));
      await publish("after");
      await expect.poll(() => received.slice(2), { timeout: 10_000 }).toEqual(["after", "after"]);

      // Another program may be faster, so that no publish ever fails.
      await onChannel(async (channel) => {
        await channel.deleteExchange(names.exchange);
        await channel.assertExchange(names.exchange, "topic", { durable: true });
      });
      let number = 0;
      await expect
        .poll(
          async () => {
            await publish(`later ${(number += 1)}`);
            return new Set(received.filter((id) => id.startsWith("later"))).size;
          },
          { timeout: 20_000, interval: 200 },
        )
        .toBeGreaterThan(1);
      expect([...subscriber.errors, ...publisher.errors]).toEqual([]);
    },
  );

  test("what cannot be settled for want of a queue is not lost", async () => {
    const definition = definitionOf("deleted.letters");
    await using opened = await openDriver(space.driver());
    const box = { subscription: "deleted.letters", kind: "dead" } as const;
    const reason = { code: "internal", message: "no", attempts: 1, at: 1 } as const;
    let deliveries = 0;
    await opened.driver.subscribe(definition, async () => {
      deliveries += 1;
      if (deliveries === 1) {
        const queue = names.letterQueue("deleted.letters", "dead");
        await onChannel((channel) => channel.deleteQueue(queue));
      }
      return { kind: "dead", reason };
    });
    await opened.driver.publish([messageOf("deleted.letters.thing", { id: "kept" })], {});
    await expect.poll(() => opened.driver.letters?.count(box), { timeout: 10_000 }).toBe(1);
    expect(deliveries).toBe(2);
    expect(opened.errors).toMatchObject([{ code: "failed_precondition" }]);
    expect(String(opened.errors[0])).toContain(names.letterQueue("deleted.letters", "dead"));
  });

  test("a wrong password is said to be one, and not shown", async () => {
    const wrong = new URL(url);
    wrong.password = "wrong-secret";
    const driver = space.driver({ url: wrong.href });
    const error = await openDriver(driver).catch((raw: unknown) => raw);
    expect(driver.errorCode(error)).toBe("unauthenticated");
    const shown = `${String(error)} ${JSON.stringify(error)} ${driver.endpoint?.()}`;
    expect(shown).not.toContain("wrong-secret");
  });

  test("what others have published arrives as it is, with an id of its bytes", async () => {
    await using opened = await openDriver(space.driver());
    const arrived = new Promise<unknown>((resolve) => {
      const definition = definitionOf("foreign.message", { types: ["foreign.thing"] });
      void opened.driver
        .subscribe(definition, async ({ id, type, body, contentType }) => {
          resolve({ id, type, text: new TextDecoder().decode(body), contentType });
          return { kind: "done" };
        })
        .then(() =>
          onChannel(async (channel) => {
            channel.publish(names.exchange, "foreign.thing.7", Buffer.from("{not json"));
            await channel.checkExchange(names.exchange);
          }),
        );
    });
    expect(await arrived).toEqual({
      id: expect.stringMatching(/^sha256-[0-9a-f]{32}$/),
      type: "foreign.thing",
      text: "{not json",
      contentType: "application/octet-stream",
    });
  });
});
