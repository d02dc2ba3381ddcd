import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  createApp,
  InvalidArgumentError,
  localCall,
  method,
  Service,
  injectable,
  token,
  type Binding,
} from "../src/index.ts";
import { remoteCall } from "../src/transport.ts";

const Lamp = z.object({ name: z.string().max(5), parts: z.array(z.string()).default([]) });
type Lamp = z.infer<typeof Lamp>;

abstract class LampService extends Service("lamps", {
  getLamp: method({ http: "POST /lamps", input: Lamp, output: Lamp }),
}) {}

class LampServiceImpl implements LampService {
  kept: Lamp | undefined;
  async getLamp(lamp: Lamp): Promise<Lamp> {
    this.kept = lamp;
    return Object.assign(lamp, { password: "hidden" });
  }
}
injectable(LampServiceImpl, []);

class Room {
  readonly lamps: LampService;
  constructor(lamps: LampService) {
    this.lamps = lamps;
  }
}
injectable(Room, [LampService]);

async function appOf(bind: Binding, overrides: readonly Binding[] = []) {
  const app = createApp({
    name: "rooms",
    config: { logLevel: "fatal" },
    bindings: [
      bind,
      (binder) => binder.bind(Room).toClass(Room),
      (binder) => binder.bind(plainLamps).toValue(new LampServiceImpl()),
    ],
    overrides,
  });
  await app.start();
  return app;
}

const plainLamps = token<LampService>("plain lamps");

const ways: Readonly<Record<string, Binding>> = {
  toClass: (binder) => binder.bind(LampService).toClass(LampServiceImpl),
  "toClass, transient": (binder) =>
    binder.bind(LampService).toClass(LampServiceImpl, { scope: "transient" }),
  toValue: (binder) => binder.bind(LampService).toValue(new LampServiceImpl()),
  toFactory: (binder) => binder.bind(LampService).toFactory([], () => new LampServiceImpl()),
  toResource: (binder) =>
    binder.bind(LampService).toResource([], { create: async () => new LampServiceImpl() }),
  "toFactory, of another binding": (binder) =>
    binder.bind(LampService).toFactory([plainLamps], (lamps) => lamps),
  toAlias: (binder) => {
    binder.bind(LampService).toAlias(plainLamps);
  },
};

describe.each(Object.entries(ways))("bound by %s", (way, bind) => {
  test("a contract is resolved behind its checks", async () => {
    const app = await appOf(bind);
    for (const lamps of [app.get(LampService), app.get(Room).lamps]) {
      expect(lamps).toBeInstanceOf(LampService);
      const given = { name: "desk", parts: ["bulb"] };
      const got = await lamps.getLamp(given);
      expect(got).toEqual({ name: "desk", parts: ["bulb"] });
      expect(given).toEqual({ name: "desk", parts: ["bulb"] });
      expect(got.parts).not.toBe(given.parts);
      const wrong = await lamps
        .getLamp({ name: "a long name", typo: 1 } as never)
        .catch((e: unknown) => e);
      expect(wrong).toBeInstanceOf(InvalidArgumentError);
      expect((wrong as InvalidArgumentError).details).toMatchObject({
        errors: [{ path: "name" }, { path: "typo" }],
      });
    }
    // One service, one set of checks.
    if (!way.includes("transient")) expect(app.get(LampService)).toBe(app.get(Room).lamps);
    await app.stop();
  });
});

test("a replaced binding is resolved behind the checks, too", async () => {
  const app = await appOf(ways["toClass"]!, [
    (binder) => binder.bind(LampService).toValue({ getLamp: async () => ({ name: 5 }) as never }),
  ]);
  const error = await app
    .get(Room)
    .lamps.getLamp({ name: "desk" })
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ code: "internal" });
  await app.stop();
});

test("a value that lacks a method is named when it is resolved", async () => {
  await expect(
    appOf((binder) => binder.bind(LampService).toValue({} as LampService)),
  ).rejects.toThrow("does not implement LampService: it lacks getLamp");
});

test("the hooks of a resource get the value of its create", async () => {
  const made = new LampServiceImpl();
  const seen: unknown[] = [];
  const app = await appOf((binder) =>
    binder.bind(LampService).toResource([], {
      create: () => made,
      start: (lamps) => void seen.push(lamps),
      drain: (lamps) => void seen.push(lamps),
      close: (lamps) => void seen.push(lamps),
    }),
  );
  expect(app.get(LampService)).not.toBe(made);
  await app.stop();
  expect(seen).toEqual([made, made, made]);
  expect(seen.every((each) => each === made)).toBe(true);
});

describe("an instance that is behind the checks already", () => {
  const remote = remoteCall(LampService, {
    defaultTimeout: 1_000,
    createSend:
      () =>
      async ({ input, readOutput }) =>
        readOutput(input),
  });
  const local = localCall(LampService, new LampServiceImpl());

  test.each([
    ["a remote client", remote],
    ["a local call", local],
  ])("%s is handed out as it is", async (_name, lamps) => {
    expect(localCall(LampService, lamps)).toBe(lamps);
    for (const bind of [
      ((binder) => binder.bind(LampService).toValue(lamps)) satisfies Binding,
      ((binder) => binder.bind(LampService).toFactory([], () => lamps)) satisfies Binding,
      ((binder) =>
        binder.bind(LampService).toResource([], { create: () => lamps })) satisfies Binding,
    ]) {
      const app = await appOf(bind);
      expect(app.get(LampService)).toBe(lamps);
      await app.stop();
    }
  });

  test("the checks of another contract do not count", async () => {
    abstract class Strict extends Service("strict", {
      getLamp: method({
        http: "POST /lamps",
        input: z.object({ name: z.string().max(1) }),
        output: Lamp,
      }),
    }) {}
    const strict = localCall(Strict, local);
    expect(strict).not.toBe(local);
    await expect(strict.getLamp({ name: "two" })).rejects.toThrow(InvalidArgumentError);
  });
});

test("a spy that is added to the implementation later sees the calls", async () => {
  const implementation = new LampServiceImpl();
  const lamps = localCall(LampService, implementation);
  implementation.getLamp = async () => ({ name: "spied", parts: [] });
  expect((await lamps.getLamp({ name: "desk" })).name).toBe("spied");
});
