import {
  AlreadyExistsError,
  type Binding,
  InvalidArgumentError,
  NotFoundError,
} from "@plinth/core";
import { describeBothWays } from "@plinth/testing";
import { bindDatabase, bindThingRepository, bindThingService, ThingConfig } from "thing-service";
import { ThingService } from "thing-service/api";
import { aThing } from "thing-service/testing";
import { expect, test } from "vitest";

const config = new ThingConfig({ environment: "test", port: 0 });
const bindings: readonly Binding[] = [bindDatabase, bindThingRepository, bindThingService];

// Where thing-service runs already, such as http://127.0.0.1:3000, it is asked as well.
const url = process.env["THING_SERVICE_URL"];
const deployed = url === undefined ? undefined : { url };

// The names are new for each run: a deployed service keeps its things.
const run = `${process.pid} ${Date.now()}`;

describeBothWays(ThingService, { config, bindings, deployed }, (things, way) => {
  const name = (what: string): string => `${what} ${way} ${run}`;

  test("creates a thing and gets it", async () => {
    const { thingId, ...request } = aThing({ name: name("lämp/50 % +?") });
    expect(await things.createThing(request)).toEqual({ thingId });
    expect(await things.getThing({ thingId })).toEqual({ thingId, ...request });
  });

  test("takes a name once", async () => {
    const request = { name: name("chair"), description: "" };
    await things.createThing(request);
    const again = things.createThing(request);
    await expect(again).rejects.toBeInstanceOf(AlreadyExistsError);
    await expect(again).rejects.toMatchObject({ code: "already_exists" });
  });

  test("a missing thing is not_found, by its id", async () => {
    const call = things.getThing({ thingId: "thing_nobody made" });
    await expect(call).rejects.toBeInstanceOf(NotFoundError);
    await expect(call).rejects.toThrow("thing_nobody made");
  });

  test("names each bad field", async () => {
    const call = things.createThing({ name: "", description: "x".repeat(1_001) });
    await expect(call).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(call).rejects.toMatchObject({
      details: {
        errors: [
          { path: "name", code: "too_small" },
          { path: "description", code: "too_big" },
        ],
      },
    });
  });

  test("does not change what the caller gave", async () => {
    const request = Object.freeze({ name: name("table"), description: "A table" });
    await things.createThing(request);
    expect(request).toEqual({ name: name("table"), description: "A table" });
  });
});
