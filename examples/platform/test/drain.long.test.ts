import { setTimeout as delay } from "node:timers/promises";
import { createClient, type RemoteService } from "@plinth/http";
import { ThingService } from "thing-service/api";
import { expect, test } from "vitest";
import { things } from "../src/served.ts";
import { patience } from "./support/launch-platform.ts";
import { type Instance, startMonolith } from "./support/start-monolith.ts";

const perSecond = 200;
const requests = 3 * perSecond;

/** A client of one instance, in which a thing is stored to be asked for. */
async function connect({ url }: Instance): Promise<RemoteService<ThingService>> {
  const client = createClient(ThingService, { url: `${url}${things.prefix}` });
  await client.createThing({ name: "lamp", description: "" });
  return client;
}

test(
  "SIGTERM under 200 requests per second fails none of them at a client that respects /ready",
  { timeout: patience },
  async () => {
    await using leaving = await startMonolith();
    await using staying = await startMonolith();
    await using leavingClient = await connect(leaving);
    await using stayingClient = await connect(staying);
    const sent = { leaving: 0, staying: 0 };

    const send = async (): Promise<unknown> => {
      sent[leaving.isReady ? "leaving" : "staying"] += 1;
      const client = leaving.isReady ? leavingClient : stayingClient;
      return client.getThing({ thingId: "thing_lamp" });
    };
    const calls: Promise<PromiseSettledResult<unknown>[]>[] = [];
    const begun = performance.now();
    for (let count = 0; count < requests; count += 1) {
      if (count === requests / 3) leaving.process.kill("SIGTERM");
      calls.push(Promise.allSettled([send()]));
      // A late timer is made up for: the next ones are sent at once.
      const due = begun + ((count + 1) * 1_000) / perSecond;
      if (due > performance.now()) await delay(due - performance.now());
    }
    const outcomes = (await Promise.all(calls)).flat();
    const failures = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [String(outcome.reason)] : [],
    );
    expect(failures).toEqual([]);
    expect(outcomes).toHaveLength(requests);
    expect(sent.leaving).toBeGreaterThanOrEqual(requests / 3);
    expect(sent.staying).toBeGreaterThan(0);
    expect(await leaving.process.exit).toEqual({ code: 0, signal: null });
  },
);
