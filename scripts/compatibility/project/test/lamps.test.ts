import { bindRepository, Database, bindDatabase, type DatabaseOptions } from "@plinth/data";
import { describeDriverConformance } from "@plinth/data/conformance";
import { memoryDriver } from "@plinth/data/memory";
import { pgliteDriver } from "@plinth/data/postgres";
import { bindHttp } from "@plinth/http";
import { describeWithEngine, mockOf, test as base } from "@plinth/testing";
import { recordFactory } from "@plinth/testing/records";
import { describe, expect } from "vitest";
import { LampServiceImpl } from "../src/lamp-service-impl.ts";
import { Lamp, LampRepository, LampService } from "../src/lamps.ts";

const test = base.extend("bindings", () => [
  bindDatabase(() => memoryDriver()),
  bindRepository(LampRepository),
  (binder) => binder.bind(LampService).toClass(LampServiceImpl),
  bindHttp({ serve: [LampService], authorization: "none" }),
]);

const desk: Lamp = { lampId: "desk", room: "study", watts: 7 };

describe("fixtures", () => {
  test("an app on a free port, called over HTTP", async ({ client, logger }) => {
    const lamps = client(LampService);
    expect(await lamps.addLamp(desk)).toEqual(desk);
    expect(logger).toHaveLogged("info", "Added a lamp", { lampId: "desk" });
    await expect(lamps.getLamp({ lampId: "none" })).rejects.toBeProblem("not_found");
  });

  test("a mock of a repository, and records out of a schema", async ({ logger }) => {
    const lamps = mockOf(LampRepository);
    const lamp = recordFactory(Lamp, { seed: 1 })({ lampId: "desk" });
    lamps.get.mockResolvedValue(lamp);
    const service = new LampServiceImpl(lamps, logger);
    expect(await service.getLamp({ lampId: "desk" })).toEqual(lamp);
    await expect(service.listLamps({ room: "study" })).rejects.toThrow("LampRepository.query");
  });

  test("repositories in memory", async ({ repositories }) => {
    const [lamps] = await repositories(LampRepository);
    await lamps.create(desk);
    expect(await lamps.get({ lampId: "desk" })).toEqual(desk);
  });
});

/** What the SDK of a database is asked for: single records, a query, a transaction, an error. */
async function useDatabase(database: Database): Promise<void> {
  const lamps = new LampRepository(database);
  await lamps.open();
  const { revision } = await lamps.create(desk);
  await expect(lamps.create(desk)).rejects.toBeProblem("already_exists");
  await lamps.put({ lampId: "bed", room: "bedroom", watts: 3 });
  await database.transact(
    [
      lamps.action.replace({ ...desk, watts: 9 }, { revision }),
      lamps.action.create({ lampId: "floor", room: "study", watts: 5 }),
    ],
    { token: "move" },
  );
  const { records } = await lamps.query({ index: "byRoom", partition: "study" });
  expect(records.map(({ lampId }) => lampId)).toEqual(["floor", "desk"]);
  await lamps.delete({ lampId: "bed" });
  expect(await lamps.get({ lampId: "bed" })).toBeUndefined();
  expect(await lamps.get({ lampId: "desk" })).toEqual({ ...desk, watts: 9 });
}

function useEngine(name: "dynamodb" | "firestore" | "postgres"): void {
  test("keeps records", async ({ engines }) => {
    await useDatabase(await (await engines(name)).openDatabase());
  });
}

describe("dynamodb", () => {
  useEngine("dynamodb");
});
describeWithEngine("firestore", "firestore", () => {
  useEngine("firestore");
});
describeWithEngine("postgres", "postgres", () => {
  useEngine("postgres");
});

describe("pglite", () => {
  test("keeps records", async () => {
    const options: DatabaseOptions = { ensureSchema: true };
    const database = new Database(pgliteDriver(), options);
    await useDatabase(database);
    await database.close();
  });
});

describeDriverConformance({
  name: "memory",
  createDriver: () => memoryDriver(),
  groups: ["basics", "model"],
});
