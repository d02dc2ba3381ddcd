// One process of the chaos test: `writer <from> <step> <end>`, `relay` or `consumer`. Works until it is
// killed or told to end, and writes a line for each thing that it was told is done.

import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isServiceError } from "@plinth/core/errors";
import { OutboxRelay } from "../../src/outbox/index.ts";
import {
  type ChaosParts,
  chaosParts,
  fromVariables,
  orderOf,
  orderPlaced,
  subscriptionOf,
} from "./chaos-parts.ts";

const run = fromVariables(process.env);
const OrderPlaced = orderPlaced(run.run);
const [role, ...numbers] = process.argv.slice(2);

// At once, or the kill would take it along.
const say = (line: string): unknown => writeSync(1, `${line}\n`);

// It does not outlive the test, even where that is killed.
process.stdin.on("end", () => process.exit(1)).resume();
process.stdin.unref();

const passing = ["aborted", "unavailable", "resource_exhausted", "deadline_exceeded"] as const;

function isPassing(error: unknown): boolean {
  return passing.some((code) => isServiceError(error, code));
}

async function write(
  { orders, outbox }: ChaosParts,
  [from = 0, step = 1, end = 0]: readonly number[],
): Promise<void> {
  let next = from;
  const work = async (): Promise<void> => {
    for (;;) {
      const number = next;
      next += step;
      if (number >= end) return;
      await writeOne(number);
    }
  };
  const writeOne = async (number: number): Promise<void> => {
    const order = orderOf(number);
    for (;;) {
      try {
        await outbox.transact([orders.action.create(order)], new OrderPlaced(order));
        say(`written ${number}`);
        return;
      } catch (error) {
        // By the process before this one, or by an attempt whose answer was lost.
        if (isServiceError(error, "already_exists")) {
          say(`written ${number}`);
          return;
        }
        if (!isPassing(error)) throw error;
        await delay(20);
      }
    }
  };
  await Promise.all(Array.from({ length: 12 }, work));
}

/** The broker may be away just now. */
async function connected(): Promise<ChaosParts> {
  for (;;) {
    const parts = await chaosParts(run);
    try {
      await parts.bus.open();
      return parts;
    } catch (error) {
      if (!isPassing(error)) throw error;
      await parts.bus.close();
      await parts.database.close();
      await delay(100);
    }
  }
}

if (role === "writer") {
  const parts = await chaosParts(run);
  say("ready");
  await write(parts, numbers.map(Number));
  await parts.database.close();
} else if (role === "relay") {
  const parts = await connected();
  const { outbox, bus } = parts;
  const relay = new OutboxRelay(outbox, bus, { leaseDuration: 1500, pollInterval: 200 });
  await relay.start();
  bus.observe(({ kind }) => kind === "published" && say("published"));
  process.once("SIGTERM", () => void stop(parts, () => relay.drain()));
  say("ready");
} else {
  const parts = await connected();
  const { effects, inbox, bus } = parts;
  await bus.subscribe(subscriptionOf(run), {
    events: [OrderPlaced],
    concurrency: 16,
    retry: { delays: Array.from({ length: 20 }, () => 200) },
    handler: {
      handle: async ({ data: { orderId } }, delivery) => {
        const isFirst = await inbox.once(delivery, async () => {
          const known = await effects.getEntry(orderId);
          return known === undefined
            ? [effects.action.create({ orderId, times: 1 })]
            : [
                effects.action.replace(
                  { orderId, times: known.record.times + 1 },
                  { revision: known.revision },
                ),
              ];
        });
        say(isFirst ? "applied" : "again");
      },
    },
  });
  process.once("SIGTERM", () => void stop(parts, () => bus.drain()));
  say("ready");
}

async function stop({ bus, database }: ChaosParts, drain: () => Promise<void>): Promise<void> {
  await drain();
  await bus.close();
  await database.close();
}
