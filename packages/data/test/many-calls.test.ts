import { createContext, runWithContext } from "@plinth/core";
import { Database, Repository } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";

class Lamps extends Repository({
  name: "lamps",
  schema: z.object({ lampId: z.string(), room: z.string() }),
  key: ["lampId"],
  indexes: { byRoom: { partition: "room", sort: "lampId" } },
}) {}

const warnings: string[] = [];
const onWarning = ({ name }: Error): void => void warnings.push(name);
beforeEach(() => void process.on("warning", onWarning));
afterEach(() => {
  process.off("warning", onWarning);
  warnings.length = 0;
});

const calls: Record<string, (lamps: Lamps, n: number) => Promise<unknown>> = {
  get: (lamps, n) => lamps.get(String(n)),
  getMany: (lamps, n) => lamps.getMany([String(n), "x"]),
  create: (lamps, n) => lamps.create({ lampId: `new-${n}`, room: "r" }),
  query: (lamps) => lamps.query({ index: "byRoom", partition: "r" }),
};

// Node 20 warns of the eleventh listener on one signal.
test.each(Object.entries(calls))(
  "thirty calls of %s under one signal add one listener to it",
  async (_, call) => {
    const lamps = new Lamps(new Database(memoryDriver()));
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1;
      add(...given);
    };
    await runWithContext(createContext({ signal }), () =>
      Promise.all(Array.from({ length: 30 }, (__, n) => call(lamps, n))),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(listeners).toBe(1);
    expect(warnings).toEqual([]);
  },
);
