import {
  AbortedError,
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
    expect(await things.getThing({ thingId })).toEqual({
      thingId,
      ...request,
      revision: expect.any(String),
    });
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

  test("replaces a thing at the revision that was seen, and at no other", async () => {
    const { thingId } = await things.createThing({ name: name("desk"), description: "old" });
    const { revision } = await things.getThing({ thingId });
    const replaced = await things.replaceThing({ thingId, description: "new", revision });
    expect(await things.getThing({ thingId })).toEqual(replaced);
    expect(replaced.description).toBe("new");
    const stale = things.replaceThing({ thingId, description: "lost", revision });
    await expect(stale).rejects.toBeInstanceOf(AbortedError);
    await things.replaceThing({ thingId, description: "newer" });
    expect(await things.getThing({ thingId })).toMatchObject({ description: "newer" });
  });

  test("deletes a thing at the revision that was seen, and one that is not there", async () => {
    const { thingId } = await things.createThing({ name: name("sofa"), description: "" });
    const { revision } = await things.getThing({ thingId });
    const stale = things.deleteThing({ thingId, revision: `${revision}x` });
    await expect(stale).rejects.toBeInstanceOf(AbortedError);
    await things.deleteThing({ thingId, revision });
    await expect(things.getThing({ thingId })).rejects.toBeInstanceOf(NotFoundError);
    await things.deleteThing({ thingId });
  });

  test("lists things page by page, by name and by time", async () => {
    const made: string[] = [];
    for (const letter of ["c", "a", "b"]) {
      made.push((await things.createThing({ name: name(letter), description: "" })).thingId);
    }
    for (const [orderBy, expected] of [
      ["name", made.toSorted()],
      ["createdAt", made],
    ] as const) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await things.listThings({ orderBy, limit: 2, cursor });
        found.push(...page.things.map((thing) => thing.thingId));
        ({ cursor } = page);
      } while (cursor !== undefined);
      const ours = found.filter((thingId) => made.includes(thingId));
      // Things made within one millisecond come in the order of their keys.
      expect(orderBy === "name" ? ours : ours.toSorted()).toEqual(expected.toSorted());
    }
    const foreign = things.listThings({ cursor: "an invented cursor" });
    await expect(foreign).rejects.toBeInstanceOf(InvalidArgumentError);
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
