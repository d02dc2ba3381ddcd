import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";

import {
  all,
  createApp,
  createContext,
  createLogger,
  inject,
  injectable,
  method,
  NotFoundError,
  provider,
  required,
  runWithContext,
  Service,
  token,
  type App,
  type Binding,
} from "../src/index.ts";

const logger = createLogger({ name: "test", level: "silent" });

async function started(bindings: Binding[], overrides: Binding[] = []): Promise<App> {
  const app = createApp({ name: "test", bindings, overrides, logger });
  await app.start();
  return app;
}

class Counter {
  static made = 0;
  readonly number: number;
  constructor() {
    Counter.made += 1;
    this.number = Counter.made;
  }
}
const name = token<string>("name");

@injectable()
class Greeter {
  constructor(
    @inject(name) readonly name: string,
    @inject(Counter) readonly counter: Counter,
  ) {}
}

test("decorators: each parameter gets the value of its token", async () => {
  const app = await started([
    (binder) => {
      binder.bind(Greeter).toClass(Greeter);
      binder.bind(Counter).toClass(Counter);
      binder.bind(name).toValue("Ann");
    },
  ]);
  const greeter = app.get(Greeter);
  expectTypeOf(greeter).toEqualTypeOf<Greeter>();
  expect(greeter.name).toBe("Ann");
  expect(greeter.counter).toBe(app.get(Counter));
  expect(app.get(Greeter)).toBe(greeter);
  await app.stop();
});

test("a transient is made per injection, a singleton once, at start", async () => {
  const before = Counter.made;
  const other = token<Counter>("other");
  const app = await started([
    (binder) => {
      binder.bind(Counter).toClass(Counter);
      binder.bind(other).toFactory([], () => new Counter(), { scope: "transient" });
    },
  ]);
  expect(Counter.made).toBe(before + 1);
  expect(app.get(Counter)).toBe(app.get(Counter));
  expect(app.get(other)).not.toBe(app.get(other));
  await app.stop();
});

test("request scope: one instance per request, also in derived calls, and none outside", async () => {
  const latest = token<() => Counter>("latest");
  const app = await started([
    (binder) => {
      binder.bind(Counter).toClass(Counter, { scope: "request" });
      binder.bind(latest).toFactory([provider(Counter)], (current) => current);
    },
  ]);
  const inRequest = async (): Promise<Counter[]> => {
    const first = app.get(Counter);
    await new Promise(setImmediate);
    const derived = runWithContext(createContext({ deadline: Date.now() + 60_000 }), () =>
      app.get(Counter),
    );
    return [first, app.get(latest)(), derived];
  };
  const [one, two] = await Promise.all([
    runWithContext(createContext({ parent: null }), inRequest),
    runWithContext(createContext({ parent: null }), inRequest),
  ]);
  expect(new Set(one).size).toBe(1);
  expect(new Set(two).size).toBe(1);
  expect(one?.[0]).not.toBe(two?.[0]);
  expect(() => app.get(Counter)).toThrow(
    "Counter lives as long as a request, and there is none here",
  );
  await app.stop();
});

test("bindMany keeps the order, and the list is empty without bindings", async () => {
  const plugin = token<string>("plugin");
  const names = token<readonly string[]>("names");
  const none = token<readonly Counter[]>("none");
  const app = await started([
    (binder) => binder.bindMany(plugin).toValue("first"),
    (binder) => {
      binder.bind(names).toFactory([all(plugin)], (plugins) => plugins);
      binder.bind(none).toFactory([all(Counter)], (counters) => counters);
    },
    (binder) => binder.bindMany(plugin).toFactory([], () => "second"),
  ]);
  expect(app.get(names)).toEqual(["first", "second"]);
  expect(app.get(all(plugin))).toEqual(["first", "second"]);
  expect(app.get(none)).toEqual([]);
  expect(all(plugin)).toBe(all(plugin));
  await app.stop();
});

test("required resolves to the binding of its token", async () => {
  const name = token<string>("name");
  const greeting = token<string>("greeting");
  const app = await started([
    (binder) => binder.bind(name).toValue("Ada"),
    (binder) =>
      binder.bind(greeting).toFactory([required(name, "Say a name.")], (value) => `Hello ${value}`),
  ]);
  expect(app.get(greeting)).toBe("Hello Ada");
  await app.stop();
});

test("an alias is the same instance under another name", async () => {
  abstract class Port {
    abstract readonly number: number;
  }
  const app = await started([
    (binder) => {
      binder.bind(Port).toAlias(Counter);
      binder.bind(Counter).toClass(Counter);
    },
  ]);
  expect(app.get(Port)).toBe(app.get(Counter));
  await app.stop();
});

test("rebind replaces, before or after the binding; overrides replace or add", async () => {
  const other = token<string>("other");
  const app = await started(
    [
      (binder) => binder.rebind(name).toValue("rebound"),
      (binder) => binder.bind(name).toValue("bound"),
      (binder) =>
        binder.bind(other).toFactory([], () => {
          throw new Error("what is overridden is not made");
        }),
    ],
    [
      (binder) => binder.bind(other).toValue("override"),
      (binder) => binder.bind(Counter).toClass(Counter),
    ],
  );
  expect(app.get(name)).toBe("rebound");
  expect(app.get(other)).toBe("override");
  expect(app.get(Counter)).toBeInstanceOf(Counter);
  await app.stop();
});

test("a binding that several modules install is applied once", async () => {
  const bindName: Binding = (binder) => binder.bind(name).toValue("once");
  const bindFirst: Binding = (binder) => binder.install(bindName);
  const bindSecond: Binding = (binder) => binder.install(bindName);
  const app = await started([bindFirst, bindSecond]);
  expect(app.get(name)).toBe("once");
  await app.stop();
});

test("a resource is open before its dependents are made, in any order of the bindings", async () => {
  class Database {
    constructor(readonly open: boolean) {}
  }
  const seen: boolean[] = [];
  class Repository {
    constructor(readonly database: Database) {
      seen.push(database.open);
    }
  }
  injectable(Repository, [Database]);
  let created = 0;
  const app = await started([
    (binder) => {
      binder.bind(Repository).toClass(Repository);
      binder.bind(Counter).toFactory([Database], () => new Counter());
      binder.bind(Database).toResource([], {
        create: async () => {
          created += 1;
          await new Promise(setImmediate);
          return new Database(true);
        },
      });
    },
  ]);
  expect(seen).toEqual([true]);
  expect(created).toBe(1);
  expect(app.get(Repository).database).toBe(app.get(Database));
  await app.stop();
});

test("simultaneous calls of start open everything once", async () => {
  let created = 0;
  const app = createApp({
    name: "test",
    logger,
    bindings: [
      (binder) =>
        binder.bind(name).toResource([], {
          create: async () => {
            created += 1;
            await new Promise(setImmediate);
            return "open";
          },
        }),
    ],
  });
  await Promise.all(Array.from({ length: 20 }, () => app.start()));
  expect(created).toBe(1);
  await app.stop();
});

test("a factory that returns a promise is refused: its value would not be ready", async () => {
  const binding: Binding = (binder) =>
    binder.bind(token<object>("late")).toFactory([], async () => ({}));
  await expect(started([binding])).rejects.toThrow(
    "The factory of late returned a promise: bind it with toResource",
  );
});

test("a subclass without its own parameters is made like the class that it extends", async () => {
  class Loud extends Greeter {}
  const app = await started([
    (binder) => {
      binder.bind(Greeter).toClass(Loud);
      binder.bind(Counter).toClass(Counter);
      binder.bind(name).toValue("Bob");
    },
  ]);
  expect(app.get(Greeter)).toBeInstanceOf(Loud);
  expect(app.get(Greeter).name).toBe("Bob");
  await app.stop();
});

test("injectable(..., []) declares that a subclass has no parameters", async () => {
  class Fake extends Greeter {
    constructor() {
      super("fake", new Counter());
    }
  }
  const app = await started([(binder) => binder.bind(Greeter).toClass(injectable(Fake, []))]);
  expect(app.get(Greeter).name).toBe("fake");
  await app.stop();
});

test("configuration is bound under its class and all superclasses, and can decide the bindings", async () => {
  class BaseConfig {
    readonly environment = "staging";
  }
  class ShopConfig extends BaseConfig {
    readonly table = "things";
  }
  const app = createApp({
    name: "test",
    logger,
    config: Promise.resolve(new ShopConfig()),
    bindings: (config) => [(binder) => binder.bind(name).toValue(config.table)],
  });
  await app.start();
  expect(app.get(ShopConfig)).toBe(app.get(BaseConfig));
  expect(app.get(name)).toBe("things");
  await app.stop();
});

test("a class bound to a contract is behind the contract's checks", async () => {
  class Things extends Service("things", {
    getThing: method({
      http: "GET /things/:id",
      input: z.object({ id: z.string() }),
      output: z.object({ id: z.string() }),
      errors: ["not_found"],
    }),
  }) {}
  class ThingsImpl implements Things {
    async getThing({ id }: { id: string }): Promise<{ id: string; secret: string }> {
      if (id === "none") throw new NotFoundError("There is no such thing.");
      return { id, secret: "not in the contract" };
    }
  }
  injectable(ThingsImpl, []);
  for (const binding of [
    ((binder) => binder.bind(Things).toClass(ThingsImpl)) satisfies Binding,
    ((binder) => binder.bind(Things).toFactory([], () => new ThingsImpl())) satisfies Binding,
  ]) {
    const app = await started([binding]);
    const things = app.get(Things);
    expect(await things.getThing({ id: "1" })).toEqual({ id: "1" });
    await expect(things.getThing({ id: "none" })).rejects.toBeInstanceOf(NotFoundError);
    await expect(things.getThing({ id: 1 } as never)).rejects.toMatchObject({
      code: "invalid_argument",
    });
    await app.stop();
  }
});

test("get names a token without a binding, and works only while the app runs", async () => {
  const app = createApp({ name: "test", logger, bindings: [] });
  expect(() => app.get(name)).toThrow('The app "test" has not started');
  await app.start();
  expect(() => app.get(name)).toThrow("name is not bound.");
  await app.stop();
  expect(() => app.get(name)).toThrow('The app "test" is stopped: what it consisted of is closed.');
});
