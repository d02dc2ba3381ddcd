import { loadConfig } from "@plinth/config";
import { AlreadyExistsError, type Binding } from "@plinth/core";
import { bindDatabase } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { bindHttp } from "@plinth/http";
import { describeWithEngine } from "@plinth/testing";
import { bindThingRepository, thingBindings, thingConfigs } from "thing-service";
import { ThingService } from "thing-service/api";
import { aThing, test } from "thing-service/testing";
import { describe, expect } from "vitest";
import { aws, gcp, local } from "./support/clouds.ts";
import type { ServiceEnvironment } from "./support/start-thing-service.ts";

function testsOfTheWhole(cloud: ServiceEnvironment): void {
  test("keeps a thing, and takes its name once", async ({ environment, testApp }) => {
    environment.set({ ...cloud, ENVIRONMENT: "test", PORT: "0" });
    const { get } = await testApp({ config: loadConfig(thingConfigs), bindings: thingBindings });
    const things = get(ThingService);
    const { thingId, ...request } = aThing();
    expect(await things.createThing(request)).toEqual({ thingId });
    expect(await things.getThing({ thingId })).toMatchObject(aThing());
    await expect(things.createThing(request)).rejects.toBeInstanceOf(AlreadyExistsError);
  });
}

function testsOfAMissingTable(cloud: ServiceEnvironment): void {
  test("in production a missing table stops the start, by name", async ({
    environment,
    testApp,
  }) => {
    environment.set({ ...cloud, ENVIRONMENT: "production", PORT: "0" });
    const config = loadConfig(thingConfigs);
    const start = testApp({ config, bindings: thingBindings });
    await expect(start).rejects.toThrow(cloud["THINGS_TABLE"]);
  });
}

describe("in memory", () => {
  testsOfTheWhole(local());
});

describeWithEngine("dynamodb", "on DynamoDB", (endpoint) => {
  testsOfTheWhole(aws(endpoint));
  testsOfAMissingTable(aws(endpoint));
});

// Firestore makes a collection with its first document: none is ever missing.
describeWithEngine("firestore", "on Firestore", (endpoint) => {
  testsOfTheWhole(gcp(endpoint));
});

test("answers over HTTP, on a free port", async ({ testApp, thingConfig }) => {
  const { url } = await testApp({ config: thingConfig, bindings: thingBindings });
  const response = await fetch(`${url}/things/thing_chair`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: "not_found" });
});

test("without its implementation it refuses before anything is opened", async ({
  testApp,
  thingConfig,
}) => {
  const opened: string[] = [];
  const bindings: Binding[] = [
    bindThingRepository,
    bindHttp({ serve: [ThingService] }),
    bindDatabase(() => {
      opened.push("the database");
      return memoryDriver();
    }),
  ];
  const start = testApp({ config: thingConfig, bindings });
  await expect(start).rejects.toThrow(/ThingService.*HttpServer/s);
  expect(opened).toEqual([]);
});
