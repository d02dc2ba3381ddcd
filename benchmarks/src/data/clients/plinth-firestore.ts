import { firestoreDriver } from "@plinth/data/firestore";
import type { Connect } from "../record.ts";
import { connectPlinth } from "./plinth.ts";

export const connect: Connect = (endpoint) => {
  process.env["FIRESTORE_EMULATOR_HOST"] = endpoint;
  return connectPlinth(firestoreDriver({ projectId: "benchmarks" }));
};
