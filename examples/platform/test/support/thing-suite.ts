import { randomUUID } from "node:crypto";
import {
  AbortedError,
  AlreadyExistsError,
  InvalidArgumentError,
  NotFoundError,
} from "@plinth/core";
import type { ThingService } from "thing-service/api";
import { expect, test } from "vitest";
import { failureOf, faultsAt } from "./failure-of.ts";
import { describeMethods } from "./method-tests.ts";

/** All methods of things, the same wherever they run. */
export function thingSuite(things: ThingService): void {
  const create = async () => {
    const request = { name: `lamp/${randomUUID()}`, description: "a\nlamp 😀" };
    return { ...request, ...(await things.createThing(request)) };
  };

  describeMethods<ThingService>({
    createThing() {
      test("keeps a thing", async () => {
        const thing = await create();
        expect(await things.getThing({ thingId: thing.thingId })).toMatchObject(thing);
      });

      test("refuses a name that is taken", async () => {
        const { name, description } = await create();
        const error = await failureOf(things.createThing({ name, description }));
        expect(error).toBeInstanceOf(AlreadyExistsError);
        expect(error).toMatchObject({ code: "already_exists", details: {} });
      });

      test("names every field that is not valid", async () => {
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
    },

    getThing() {
      test("of none is not_found, with its message", async () => {
        const thingId = `thing_${randomUUID()}`;
        const error = await failureOf(things.getThing({ thingId }));
        expect(error).toBeInstanceOf(NotFoundError);
        const message = `There is no thing "${thingId}".`;
        expect(error).toMatchObject({ code: "not_found", message, details: {} });
      });
    },

    listThings() {
      test("goes through all of them, page by page", async () => {
        const made = [(await create()).thingId, (await create()).thingId, (await create()).thingId];
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await things.listThings({ limit: 2, ...(cursor && { cursor }) });
          seen.push(...page.things.map(({ thingId }) => thingId));
          ({ cursor } = page);
        } while (cursor !== undefined);
        expect(seen.filter((thingId) => made.includes(thingId))).toEqual(made.toSorted());
      });

      test("names every field that is not valid", async () => {
        const error = await failureOf(things.listThings({ limit: 0, order: "random" as never }));
        expect(error).toBeInstanceOf(InvalidArgumentError);
        expect(error.details).toEqual(faultsAt(["order", "invalid_value"], ["limit", "too_small"]));
      });
    },

    replaceThing() {
      test("replaces what was seen, and nothing newer", async () => {
        const { thingId } = await create();
        const { revision } = await things.getThing({ thingId });
        const replaced = await things.replaceThing({ thingId, description: "new", revision });
        expect(await things.getThing({ thingId })).toEqual(replaced);
        const stale = things.replaceThing({ thingId, description: "lost", revision });
        const error = await failureOf(stale);
        expect(error).toBeInstanceOf(AbortedError);
        expect(error).toMatchObject({ code: "aborted", details: {} });
        const none = things.replaceThing({ thingId: `thing_${randomUUID()}`, description: "" });
        expect(await failureOf(none)).toBeInstanceOf(NotFoundError);
      });
    },

    deleteThing() {
      test("deletes what was seen, and nothing newer", async () => {
        const { thingId } = await create();
        const { revision } = await things.getThing({ thingId });
        await things.replaceThing({ thingId, description: "new" });
        const stale = await failureOf(things.deleteThing({ thingId, revision }));
        expect(stale).toBeInstanceOf(AbortedError);
        expect(await things.deleteThing({ thingId })).toBeUndefined();
        expect(await failureOf(things.getThing({ thingId }))).toBeInstanceOf(NotFoundError);
      });
    },
  });
}
