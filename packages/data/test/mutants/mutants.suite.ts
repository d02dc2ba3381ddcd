import { describeDriverConformance } from "@plinth/data/conformance";
import { mutants } from "./all-mutants.ts";
import { mutantDriver } from "./mutant-driver.ts";

for (const [name, [mutation, groups]] of Object.entries(mutants)) {
  describeDriverConformance({ name, createDriver: () => mutantDriver(mutation), groups });
}

// What the same model finds by itself, whatever the groups.
describeDriverConformance({
  name: "model alone",
  createDriver: () => mutantDriver(mutants["an index keeps the old place of a changed record"]![0]),
  groups: ["model"],
});
