import { expect, test } from "vitest";

test("the index exports at most 60 values", async () => {
  const index = await import("@plinth/core");
  expect(Object.keys(index).length).toBeLessThanOrEqual(60);
});

test("the index, the errors and the transport share their classes and functions", async () => {
  const [index, errors, transport] = await Promise.all([
    import("@plinth/core"),
    import("@plinth/core/errors"),
    import("@plinth/core/transport"),
  ]);
  expect(errors).toMatchObject({
    NotFoundError: index.NotFoundError,
    isServiceError: index.isServiceError,
  });
  const both = Object.keys(transport).filter((name) => name in index || name in errors);
  expect(both).toEqual([]);
});
