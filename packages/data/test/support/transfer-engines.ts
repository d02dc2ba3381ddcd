import type { Driver } from "@plinth/data";
import type { EngineName } from "@plinth/testing";

/** What the transfers have to know of an engine. */
export interface TransferEngine {
  /** Makes a driver that reaches the engine at an address such as `127.0.0.1:8000`. */
  createDriver(address: string): Driver | Promise<Driver>;
  /** What the engine's client throws when the engine has no capacity left. */
  throttled(): Error;
  /** Breaks something in the engine itself. Called again and again. Absent: nothing is broken there. */
  disturb?(): Promise<void>;
  /** Removes what the runs have left. Absent: it stays. */
  cleanUp?(): Promise<void>;
}

const postgresName = "plinth-transfers";
const postgresSchema = "plinth transfers";

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
  postgres: {
    async createDriver(address) {
      const { postgresDriver } = await import("@plinth/data/postgres");
      // User, password and database are those of the engine itself.
      const url = new URL(process.env["TEST_DATABASE_URL"] ?? "");
      url.host = address;
      url.searchParams.set("application_name", postgresName);
      return postgresDriver({ url: url.href, schema: postgresSchema });
    },
    async disturb() {
      const { onServer } = await import("./postgres.ts");
      await onServer(process.env["TEST_DATABASE_URL"] ?? "", async (client) => {
        await client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 order by random() limit 2",
          [postgresName],
        );
      });
    },
    async cleanUp() {
      const { dropSchema } = await import("./postgres.ts");
      await dropSchema(process.env["TEST_DATABASE_URL"] ?? "", postgresSchema);
    },
    throttled: () => Object.assign(new Error("injected"), { code: "53300", severity: "FATAL" }),
  },
};
