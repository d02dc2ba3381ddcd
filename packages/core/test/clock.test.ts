import { expect, test } from "vitest";
import { Clock, createApp, Ids, injectable } from "../src/index.ts";

class Stamp {
  readonly id: string;
  readonly at: Date;
  constructor(ids: Ids, clock: Clock) {
    this.id = ids.next();
    this.at = clock.date();
  }
}
injectable(Stamp, [Ids, Clock]);

test("every app has a clock and a source of ids", async () => {
  const app = createApp({
    name: "stamps",
    bindings: [(binder) => binder.bind(Stamp).toClass(Stamp)],
  });
  const before = Date.now();
  await app.start();
  const { id, at } = app.get(Stamp);
  expect(at.getTime()).toBeGreaterThanOrEqual(before);
  expect(at.getTime()).toBeLessThanOrEqual(Date.now());
  expect(id).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(app.get(Ids).next()).not.toBe(id);
  await app.stop();
});

test("a test replaces both", async () => {
  class Noon extends Clock {
    override now(): number {
      return Date.UTC(2030, 0, 1, 12);
    }
  }
  const app = createApp({
    name: "stamps",
    bindings: [(binder) => binder.bind(Stamp).toClass(Stamp)],
    overrides: [
      (binder) => binder.bind(Clock).toValue(new Noon()),
      (binder) => binder.bind(Ids).toValue({ next: () => "one" }),
    ],
  });
  await app.start();
  expect(app.get(Stamp)).toEqual({ id: "one", at: new Date("2030-01-01T12:00:00Z") });
  await app.stop();
});
