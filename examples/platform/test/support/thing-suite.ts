import { randomUUID } from "node:crypto";
import { AlreadyExistsError, InvalidArgumentError, NotFoundError } from "@plinth/core";
import type { ThingService } from "thing-service/api";
import { expect, test } from "vitest";
import { failureOf, faultsAt } from "./failure-of.ts";

/** All methods of things, the same wherever they run. */
export function thingSuite(things: ThingService): void {
  test("createThing and getThing keep a thing", async () => {
    const request = { name: `lamp/${randomUUID()}`, description: "a\nlamp 😀" };
    const { thingId } = await things.createThing(request);
    expect(await things.getThing({ thingId })).toMatchObject({ thingId, ...request });
  });

  test("createThing refuses a name that is taken", async () => {
    const request = { name: randomUUID(), description: "" };
    await things.createThing(request);
    const error = await failureOf(things.createThing(request));
    expect(error).toBeInstanceOf(AlreadyExistsError);
    expect(error).toMatchObject({ code: "already_exists", details: {} });
  });

  test("createThing names every field that is not valid", async () => {
    const request = { name: "", color: "red" } as never;
    const error = await failureOf(things.createThing(request));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.details).toEqual(
      faultsAt(
        ["name", "too_small"],
        ["description", "invalid_type"],
        ["color", "unrecognized_keys"],
      ),
    );
  });

  test("getThing of none is not_found, with its message", async () => {
    const thingId = `thing_${randomUUID()}`;
    const error = await failureOf(things.getThing({ thingId }));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: "not_found", message: `There is no thing "${thingId}".` });
  });
}
