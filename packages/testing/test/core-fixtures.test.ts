import {
  Clock,
  Ids,
  Logger,
  method,
  NotFoundError,
  Service,
  injectable,
  UnavailableError,
} from "@plinth/core";
import { Repository } from "@plinth/data";
import { bindHttp } from "@plinth/http";
import { describe, expect, expectTypeOf } from "vitest";
import { z } from "zod";
import { fakeAppInfo, fakeClock, fakeHealth, fakeIds, test as base } from "../src/index.ts";

const Visit = z.object({ visitId: z.string(), at: z.number(), expiresAt: z.number() });
const VisitInput = z.object({ name: z.string() });

abstract class VisitService extends Service("visits", {
  visit: method({
    http: "POST /visits/:name",
    public: true,
    input: VisitInput,
    output: Visit,
    errors: ["not_found"],
  }),
}) {}

class Visits implements VisitService {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #logger: Logger;
  constructor(clock: Clock, ids: Ids, logger: Logger) {
    this.#clock = clock;
    this.#ids = ids;
    this.#logger = logger;
  }
  async visit({ name }: z.infer<typeof VisitInput>) {
    if (name === "no one") throw new NotFoundError("There is no one.");
    const at = this.#clock.now();
    this.#logger.info("Visited", { name });
    return { visitId: this.#ids.next(), at, expiresAt: at + 1_000 };
  }
}
injectable(Visits, [Clock, Ids, Logger]);

class VisitRepository extends Repository({
  name: "visits",
  schema: Visit,
  key: ["visitId"],
  expires: "expiresAt",
}) {}

const test = base.extend("bindings", () => [
  (binder) => binder.bind(VisitService).toClass(Visits),
  bindHttp({ serve: [VisitService] }),
]);

describe("the app of a service", () => {
  test("takes the clock, the ids and the logger of its test", async ({
    container,
    clock,
    ids,
    logger,
  }) => {
    clock.set(new Date("2031-05-06T07:08:09Z"));
    const visit = await container.get(VisitService).visit({ name: "Ada" });
    expect(visit).toMatchObject({ visitId: ids.at(1), at: Date.UTC(2031, 4, 6, 7, 8, 9) });
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ message: "Visited", fields: { name: "Ada" } }),
    );
  });

  test("answers its typed client over HTTP", async ({ app, client, clock }) => {
    const visits = client(VisitService);
    expectTypeOf(visits).toExtend<VisitService>();
    expect(await visits.visit({ name: "Ada" })).toMatchObject({ at: clock.now() });
    await expect(visits.visit({ name: "no one" })).rejects.toBeInstanceOf(NotFoundError);
    expect(new URL(app.url).port).not.toBe("0");
    const elsewhere = client(VisitService, { url: "http://127.0.0.1:1", attempts: 1 });
    await expect(elsewhere.visit({ name: "Ada" })).rejects.toMatchObject({ code: "unavailable" });
  });

  test("is another one for every test", async ({ container, ids }) => {
    expect(ids.count).toBe(0);
    expect(container.get(Ids)).toBe(ids);
  });

  describe("with a part replaced", () => {
    test.override("overrides", () => [(binder) => binder.bind(Clock).toValue(fakeClock(42))]);

    test("runs with the other part", async ({ client }) => {
      expect(await client(VisitService).visit({ name: "Ada" })).toMatchObject({ at: 42 });
    });
  });
});

describe("repositories", () => {
  test("are those of the classes, on one database in memory", async ({
    repositories,
    database,
  }) => {
    const [visits] = await repositories(VisitRepository);
    expectTypeOf(visits).toEqualTypeOf<VisitRepository>();
    await visits.create({ visitId: "one", at: 0, expiresAt: Date.UTC(2040, 0, 1) });
    expect(await new VisitRepository(database).get({ visitId: "one" })).toMatchObject({ at: 0 });
  });

  test("forget what has expired by the clock of the test", async ({ repositories, clock }) => {
    const [visits] = await repositories(VisitRepository);
    await visits.create({ visitId: "one", at: 0, expiresAt: clock.now() + 1_000 });
    clock.advance(999);
    expect(await visits.get({ visitId: "one" })).toBeDefined();
    clock.advance(1);
    expect(await visits.get({ visitId: "one" })).toBeUndefined();
  });

  test("begin empty in every test", async ({ repositories }) => {
    const [visits] = await repositories(VisitRepository);
    expect(await visits.get({ visitId: "one" })).toBeUndefined();
  });
});

describe("a fake clock", () => {
  base("stands still, goes forward, and is set", () => {
    const clock = fakeClock(new Date("2030-01-01T00:00:00Z"));
    expect(fakeClock().now()).toBe(clock.now());
    expect(clock.advance(1_500)).toBe(clock.now());
    expect(clock.date()).toEqual(new Date("2030-01-01T00:00:01.500Z"));
    clock.set(5);
    expect(clock.now()).toBe(5);
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(() => clock.advance(Number.NaN)).toThrow(RangeError);
  });
});

describe("fake ids", () => {
  base("are UUIDs that count", () => {
    const ids = fakeIds();
    expect([ids.next(), ids.next()]).toEqual([ids.at(1), ids.at(2)]);
    expect(ids.at(255)).toBe("00000000-0000-4000-8000-0000000000ff");
    expect(z.uuid().safeParse(ids.next()).success).toBe(true);
    expect(ids.count).toBe(3);
  });

  base("of two series never meet", () => {
    const [first, second] = [fakeIds(), fakeIds(2)];
    expect(second.at(1)).toBe("00000002-0000-4000-8000-000000000001");
    expect(second.next()).not.toBe(first.next());
    expect(z.uuid().safeParse(second.next()).success).toBe(true);
  });
});

describe("what an app tells its parts", () => {
  base("is there without one", async () => {
    expect(fakeAppInfo()).toMatchObject({ name: "test", environment: "test", state: "running" });
    expect(fakeAppInfo({ name: "lamps", state: "draining" })).toMatchObject({
      name: "lamps",
      state: "draining",
    });
    const health = fakeHealth();
    health.register("lamp", () => Promise.reject(new UnavailableError("It is dark.")));
    expect(await health.readiness()).toMatchObject({
      status: "not_ready",
      checks: { lamp: { status: "down", error: { code: "unavailable" } } },
    });
    expect((await fakeHealth("starting").readiness()).status).toBe("not_ready");
  });
});
