import { Ids } from "@plinth/core";
import { bindRepository, bindDatabase, Repository } from "@plinth/data";
import { expect } from "vitest";
import { z } from "zod";
import { test as base } from "../src/index.ts";

class Lamps extends Repository({
  name: "lamps",
  schema: z.object({ lampId: z.string() }),
  key: ["lampId"],
}) {}

const seen: string[] = [];

for (const time of ["first", "second"]) {
  base(`without an engine, ids begin again: ${time}`, ({ ids }) => {
    expect(ids.next()).toBe("00000000-0000-4000-8000-000000000001");
  });
}

// An embedded one where there is no other.
const test = base.extend("bindings", async ({ engines }) => {
  const database = await (await engines("dynamodb")).openDatabase();
  return [bindDatabase(() => database), bindRepository(Lamps)];
});

for (const time of ["first", "second", "third"]) {
  test(`in a space, whose tables outlive a test, ids do not meet: ${time}`, async ({
    container,
    ids,
  }) => {
    const lampId = container.get(Ids).next();
    await container.get(Lamps).create({ lampId });
    expect(lampId).toBe(ids.at(1));
    expect(seen).not.toContain(lampId);
    seen.push(lampId);
  });
}
