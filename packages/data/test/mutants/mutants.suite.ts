import { describeDriverConformance } from "@plinth/data/conformance";
import { afterAll, expect, test } from "vitest";
import { mutants } from "./all-mutants.ts";
import { endLeaks } from "./driver-mutants.ts";
import { type Mutation, mutantDriver } from "./mutant-driver.ts";
import { closes, rightDrivers } from "./right-drivers.ts";

afterAll(endLeaks);

const run = (name: string, [mutation, groups]: [Mutation, readonly string[]]): void =>
  describeDriverConformance({ name, createDriver: () => mutantDriver(mutation), groups });

for (const [name, mutant] of Object.entries(mutants)) run(name, mutant);
for (const [name, driver] of Object.entries(rightDrivers)) run(name, driver);

// What the model finds by itself.
describeDriverConformance({
  name: "model alone",
  createDriver: () => mutantDriver(mutants["an index keeps the old place of a changed record"]![0]),
  groups: ["model"],
});

test("each driver was closed once", () => {
  expect(closes.size).toBeGreaterThan(3);
  expect(new Set(closes.values())).toEqual(new Set([1]));
});
