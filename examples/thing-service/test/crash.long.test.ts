import { mkdtempSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { describeWithEngine, test } from "@plinth/testing";
import { expect, onTestFinished } from "vitest";
import { aws, gcp, local } from "./support/clouds.ts";
import { send } from "./support/raw-request.ts";
import {
  addressOf,
  launchThingService,
  patience,
  type ServiceEnvironment,
} from "./support/start-thing-service.ts";

/** The folder that the service runs in. */
const root = join(import.meta.dirname, "..");

async function expectThingToSurvive(environment: ServiceEnvironment) {
  const thing = { name: "lamp", description: "It outlives the process" };
  await using first = await launchThingService(environment);
  const created = await send(await addressOf(first), {
    method: "POST",
    path: "/things",
    body: JSON.stringify(thing),
  });
  expect(created.status).toBe(201);
  first.kill("SIGKILL");
  await first.exit;

  await using second = await launchThingService(environment);
  const found = await send(await addressOf(second), { method: "GET", path: "/things/thing_lamp" });
  expect(found).toMatchObject({ status: 200, body: { thingId: "thing_lamp", ...thing } });
}

test("a laptop keeps its things in a folder of its own", { timeout: patience }, async () => {
  const folder = mkdtempSync(join(root, ".records-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // Inside the folder, because its lock lies beside it.
  const place = join(relative(root, folder), "things");
  await expectThingToSurvive({ ...local(), DATABASE_URL: `pglite://${place}` });
});

describeWithEngine("dynamodb", "on DynamoDB", (endpoint) => {
  test("a thing is still there after kill -9 and a new start", { timeout: patience }, () =>
    expectThingToSurvive(aws(endpoint)),
  );
});

describeWithEngine("firestore", "on Firestore", (endpoint) => {
  test("a thing is still there after kill -9 and a new start", { timeout: patience }, () =>
    expectThingToSurvive(gcp(endpoint)),
  );
});
