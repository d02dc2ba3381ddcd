import { createServer, type AddressInfo } from "node:net";
import { Database } from "@plinth/data";
import { dynamoDbDriver } from "@plinth/data/dynamodb";
import { firestoreDriver } from "@plinth/data/firestore";
import { afterEach, expect, test, vi } from "vitest";
import { aNote, NoteRepository } from "../src/conformance/suite.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A port of this machine without a listener. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

test.each(["DynamoDB", "Firestore"])("%s that cannot be reached is unavailable", async (engine) => {
  const address = `127.0.0.1:${await closedPort()}`;
  vi.stubEnv("FIRESTORE_EMULATOR_HOST", address);
  const driver =
    engine === "DynamoDB"
      ? dynamoDbDriver({ region: "us-east-1", endpoint: `http://${address}` })
      : firestoreDriver({ projectId: "plinth-unreachable", timeout: 500 });
  const database = new Database(driver);
  const notes = new NoteRepository(database);

  const opening: unknown = await notes.open().catch((error: unknown) => error);
  expect(opening).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining(address),
    [Symbol.for("plinth.presentable")]: true,
  });

  for (const call of [() => notes.get("a"), () => notes.create(aNote())]) {
    const error = await call().catch((fault: unknown) => fault as Error);
    expect(error).toMatchObject({ code: "unavailable" });
    // Callers of the service see this message: where its database is, is not their business.
    expect((error as Error).message).not.toContain(address);
  }
  await database.close();
});
