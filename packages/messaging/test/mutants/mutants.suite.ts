import { describeMessagingConformance } from "@plinth/messaging/conformance";
import { mutants } from "./all-mutants.ts";
import { mutantBroker } from "./mutant-driver.ts";

for (const [name, [mutation, groups]] of Object.entries(mutants)) {
  // Impatient: most mutants are found by what never comes.
  describeMessagingConformance({ name, ...mutantBroker(mutation), groups, patience: 800 });
}

// With this little patience, too, the right driver passes.
describeMessagingConformance({ name: "no fault", ...mutantBroker({}), patience: 800 });
