import { engineEndpoint, type EngineLookup } from "../engines/engine-endpoint.ts";
import type { SpaceDefinition } from "./engine-space.ts";
import { missingEngine } from "./missing-engine.ts";

/** A project of its own: the emulator has any number of them. */
export async function firestoreSpace(id: string, lookup: EngineLookup): Promise<SpaceDefinition> {
  const endpoint = engineEndpoint("firestore", lookup) ?? missingEngine("firestore");
  const documents = `http://${endpoint}/emulator/v1/projects/${id}/databases/(default)/documents`;
  return {
    endpoint,
    name: (collection) => collection,
    environment: {
      CLOUD: "gcp",
      GOOGLE_CLOUD_PROJECT: id,
      FIRESTORE_EMULATOR_HOST: endpoint,
    },
    openDriver: async () => {
      const { firestoreDriver } = await import("@plinth/data/firestore");
      const { Firestore } = await import("@google-cloud/firestore");
      const client = withVariable("FIRESTORE_EMULATOR_HOST", endpoint, () => {
        return new Firestore({ projectId: id, ignoreUndefinedProperties: false });
      });
      const driver = firestoreDriver({ client });
      return {
        ...driver,
        endpoint: () => endpoint,
        // The driver does not close a client that it did not make.
        close: () => driver.close().then(() => client.terminate()),
      };
    },
    drop: async () => {
      const response = await fetch(documents, { method: "DELETE" });
      await response.body?.cancel();
    },
  };
}

/** Sets a variable while a function runs: the client reads the emulator's address only in its constructor. */
function withVariable<T>(name: string, value: string, body: () => T): T {
  const before = process.env[name];
  process.env[name] = value;
  try {
    return body();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
