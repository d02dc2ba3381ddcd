import type { Driver } from "@plinth/data";
import type { EngineName } from "@plinth/testing";

/** What the transfers have to know of an engine. */
export interface TransferEngine {
  /** Makes a driver that reaches the engine at an address such as `127.0.0.1:8000`. */
  createDriver(address: string): Driver | Promise<Driver>;
  /** What the engine's client throws when the engine has no capacity left. */
  throttled(): Error;
}

/** The engines that money is transferred on. Each one's packages are loaded by those who use it. */
export const transferEngines: Readonly<Partial<Record<EngineName, TransferEngine>>> = {
  dynamodb: {
    async createDriver(address) {
      const { dynamoDbDriver } = await import("@plinth/data/dynamodb");
      return dynamoDbDriver({ region: "us-east-1", endpoint: `http://${address}` });
    },
    throttled: () =>
      Object.assign(new Error("injected"), { name: "ProvisionedThroughputExceededException" }),
  },
  firestore: {
    async createDriver(address) {
      process.env["FIRESTORE_EMULATOR_HOST"] = address;
      const { firestoreDriver } = await import("@plinth/data/firestore");
      return firestoreDriver({ projectId: "plinth-transfers", timeout: 3000 });
    },
    throttled: () => Object.assign(new Error("injected"), { code: 8 }),
  },
};
