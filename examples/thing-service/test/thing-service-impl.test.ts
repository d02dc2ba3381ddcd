import { AlreadyExistsError, NotFoundError } from "@plinth/core";
import { aThing, test } from "thing-service/testing";
import { expect } from "vitest";

test("creates a thing under an id made from its name", async ({ thingService, mockThings }) => {
  mockThings.create.mockImplementation(async (record) => ({ record, revision: "1" }));
  const response = await thingService.createThing({ name: "lamp", description: "A lamp" });
  expect(response).toEqual({ thingId: "thing_lamp" });
  expect(mockThings.create).toHaveBeenCalledExactlyOnceWith(aThing());
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

test("gets a thing", async ({ thingService, mockThings }) => {
  mockThings.get.mockResolvedValue(aThing());
  expect(await thingService.getThing({ thingId: "thing_lamp" })).toEqual(aThing());
});

test("a missing thing is not_found, by its id", async ({ thingService, mockThings }) => {
  mockThings.get.mockResolvedValue(undefined);
  const call = thingService.getThing({ thingId: "thing_chair" });
  await expect(call).rejects.toBeInstanceOf(NotFoundError);
  await expect(call).rejects.toThrow("thing_chair");
});
