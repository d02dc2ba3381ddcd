import { describeDriverConformance } from "@plinth/data/conformance";
import { firestoreDriver } from "@plinth/data/firestore";
import { describeWithEngine } from "@plinth/testing";

describeWithEngine("firestore", "conformance", (endpoint) => {
  process.env["FIRESTORE_EMULATOR_HOST"] = endpoint;
  describeDriverConformance({
    name: "Firestore",
    createDriver: () => firestoreDriver({ projectId: "plinth-conformance" }),
  });
});
