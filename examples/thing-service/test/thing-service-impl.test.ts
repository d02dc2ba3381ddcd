import { AlreadyExistsError, NotFoundError } from "@plinth/core";
import { aThing, aThingRecord, test } from "thing-service/testing";
import { expect } from "vitest";

test("creates a thing under an id made from its name, at the present time", async ({
  thingService,
  mockThings,
  clock,
}) => {
  mockThings.create.mockImplementation(async (record) => ({ record, revision: "1" }));
  const response = await thingService.createThing({ name: "lamp", description: "A lamp" });
  expect(response).toEqual({ thingId: "thing_lamp" });
  expect(mockThings.create).toHaveBeenCalledExactlyOnceWith(
    aThingRecord({ createdAt: clock.date().toISOString() }),
  );
});

test("logs what it created", async ({ thingService, mockThings, logger }) => {
  mockThings.create.mockImplementation(async (record) => ({ record, revision: "1" }));
  await thingService.createThing({ name: "lamp", description: "A lamp" });
  expect(logger.lines).toEqual([
    { level: "info", message: "Created a thing", fields: { thingId: "thing_lamp" } },
  ]);
});

test("refuses a name that is taken", async ({ thingService, mockThings }) => {
  mockThings.create.mockRejectedValue(new AlreadyExistsError("It is taken."));
  const call = thingService.createThing({ name: "lamp", description: "Another lamp" });
  await expect(call).rejects.toBeInstanceOf(AlreadyExistsError);
});

test("gets a thing with its revision", async ({ thingService, mockThings }) => {
  mockThings.getEntry.mockResolvedValue({ record: aThingRecord(), revision: "7" });
  const thing = await thingService.getThing({ thingId: "thing_lamp" });
  expect(thing).toMatchObject({ ...aThing(), revision: "7" });
});

test("lists a page by the index that was asked for", async ({ thingService, mockThings }) => {
  mockThings.query.mockResolvedValue({ entries: [], records: [aThingRecord()], cursor: "next" });
  const page = { order: "descending", limit: 1, cursor: "here" } as const;
  const answer = await thingService.listThings({ orderBy: "createdAt", ...page });
  expect(answer).toMatchObject({ things: [aThing()], cursor: "next" });
  expect(mockThings.query).toHaveBeenCalledExactlyOnceWith({ index: "byCreatedAt", ...page });
});

test("replaces the description at the revision that the caller has seen", async ({
  thingService,
  mockThings,
}) => {
  mockThings.getEntry.mockResolvedValue({ record: aThingRecord(), revision: "8" });
  mockThings.replace.mockImplementation(async (record) => ({ record, revision: "9" }));
  const request = { thingId: "thing_lamp", description: "Brighter", revision: "7" };
  expect(await thingService.replaceThing(request)).toMatchObject({ revision: "9" });
  expect(mockThings.replace).toHaveBeenCalledExactlyOnceWith(
    aThingRecord({ description: "Brighter" }),
    { revision: "7" },
  );
});

test("a missing thing is not_found, by its id", async ({ thingService, mockThings }) => {
  mockThings.getEntry.mockResolvedValue(undefined);
  const call = thingService.getThing({ thingId: "thing_chair" });
  await expect(call).rejects.toBeInstanceOf(NotFoundError);
  await expect(call).rejects.toThrow("thing_chair");
});
