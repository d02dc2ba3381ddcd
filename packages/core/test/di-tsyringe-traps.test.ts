import { expect, test } from "vitest";

import {
  createApp,
  createLogger,
  GraphError,
  inject,
  injectable,
  provider,
  token,
  type App,
  type Binding,
} from "../src/index.ts";
// After the package, which brings the polyfill that tsyringe asks for.
import { delay, Lifecycle } from "tsyringe";

const logger = createLogger({ name: "test", level: "silent" });

function appOf(...bindings: Binding[]): App {
  return createApp({ name: "test", logger, bindings });
}

abstract class Store {
  abstract read(): string;
}
class Plain {}

test("an unregistered class without parameters does not resolve to an instance", async () => {
  const user: Binding = (binder) => binder.bind(token("user")).toFactory([Store], (store) => store);
  await expect(appOf(user).start()).rejects.toBeInstanceOf(GraphError);
  const app = appOf();
  await app.start();
  expect(() => app.get(Store)).toThrow("Store is not bound.");
  expect(() => app.get(Plain)).toThrow("Plain is not bound.");
  // The trap itself, in tsyringe's container.
  expect(app.container.resolve(Plain)).toBeInstanceOf(Plain);
  await app.stop();
});

test("an instance that one app disposes of is not that of another app", async () => {
  class Connection {
    open = true;
    dispose(): void {
      this.open = false;
    }
  }
  const binding: Binding = (binder) => binder.bind(Connection).toClass(injectable(Connection, []));
  const first = appOf(binding);
  const second = appOf(binding);
  await Promise.all([first.start(), second.start()]);
  const [one, two] = [first.get(Connection), second.get(Connection)];
  await first.stop();
  expect([one.open, two.open]).toEqual([false, true]);
  expect(() => first.get(Connection)).toThrow("is closed");
  await second.stop();
});

test("disposal: in reverse, one at a time, also of factories, never of values; an error does not skip the rest", async () => {
  const events: string[] = [];
  const disposable = (name: string): { dispose(): Promise<void> } => ({
    dispose: async () => {
      events.push(`${name} begins`);
      await new Promise(setImmediate);
      events.push(`${name} ends`);
      if (name === "second") throw new Error("second failed");
    },
  });
  const [first, second, third] = ["first", "second", "third"].map((name) => token<object>(name));
  const value = token<object>("value");
  class Synchronous {
    constructor(readonly inner: object) {}
    [Symbol.dispose](): void {
      events.push("synchronous");
      throw new Error("synchronous failed");
    }
  }
  if (first === undefined || second === undefined || third === undefined) throw new Error("three");
  injectable(Synchronous, [third]);
  const app = appOf((binder) => {
    binder.bind(Synchronous).toClass(Synchronous);
    binder.bind(third).toFactory([second], () => disposable("third"));
    binder.bind(second).toFactory([first], () => disposable("second"));
    binder.bind(first).toFactory([value], () => disposable("first"));
    binder.bind(value).toValue(disposable("value"));
  });
  await app.start();
  const error: unknown = await app.stop().catch((reason: unknown) => reason);
  expect(events).toEqual([
    "synchronous",
    "third begins",
    "third ends",
    "second begins",
    "second ends",
    "first begins",
    "first ends",
  ]);
  expect((error as AggregateError).errors.map(({ message }: Error) => message)).toEqual([
    "synchronous failed",
    "second failed",
  ]);
});

test("transients are not kept alive", async () => {
  class Short {
    dispose(): void {
      throw new Error("a transient belongs to its dependent");
    }
  }
  const app = appOf((binder) =>
    binder.bind(Short).toClass(injectable(Short, []), { scope: "transient" }),
  );
  await app.start();
  expect(app.get(Short)).not.toBe(app.get(Short));
  await app.stop();
});

test("a second binding does not win silently", async () => {
  const name = token<string>("name");
  const twice: Binding = (binder) => {
    binder.bind(name).toValue("first");
    binder.bind(name).toValue("second");
  };
  await expect(appOf(twice).start()).rejects.toThrow("name is bound twice");
});

test("a cycle is reported with its path; provider breaks it without tsyringe's delay", async () => {
  class Chicken {
    constructor(readonly egg: () => unknown) {}
  }
  class Egg {
    constructor(readonly chicken: Chicken) {}
  }
  injectable(Egg, [Chicken]);
  injectable(Chicken, [provider(Egg)]);
  const app = appOf((binder) => {
    binder.bind(Chicken).toClass(Chicken);
    binder.bind(Egg).toClass(Egg);
  });
  await app.start();
  expect(app.get(Chicken).egg()).toBe(app.get(Egg));
  await app.stop();
  expect(delay(() => Plain)).toBeDefined();
});

test("a provider that is called while its own binding is being made throws", async () => {
  class Hasty {
    constructor(readonly self: () => unknown) {
      self();
    }
  }
  injectable(Hasty, [provider(Hasty)]);
  await expect(appOf((binder) => binder.bind(Hasty).toClass(Hasty)).start()).rejects.toThrow(
    "Hasty is asked for while it is being made",
  );
});

test("abstract classes are tokens", async () => {
  const app = appOf((binder) => binder.bind(Store).toValue({ read: () => "read" }));
  await app.start();
  expect(app.get(Store).read()).toBe("read");
  await app.stop();
});

test("a factory is a singleton by default, and each app has its own", async () => {
  const binding: Binding = (binder) => binder.bind(Plain).toFactory([], () => new Plain());
  const [first, second] = [appOf(binding), appOf(binding)];
  await Promise.all([first.start(), second.start()]);
  expect(first.get(Plain)).toBe(first.get(Plain));
  expect(first.get(Plain)).not.toBe(second.get(Plain));
  await Promise.all([first.stop(), second.stop()]);
});

test("nothing depends on emitted type metadata", async () => {
  @injectable()
  class Reader {
    constructor(@inject(Store) readonly store: Store) {}
  }
  expect(Reflect.getMetadata("design:paramtypes", Reader)).toBeUndefined();
  const app = appOf((binder) => {
    binder.bind(Reader).toClass(Reader);
    binder.bind(Store).toValue({ read: () => "read" });
  });
  await app.start();
  expect(app.get(Reader).store.read()).toBe("read");
  // A class that this package has recorded is known to tsyringe, too.
  expect(app.container.resolve(Reader)).toBe(app.get(Reader));
  await app.stop();
});

test("tokens registered in tsyringe's container count as bound, and are disposed of with the app", async () => {
  const events: string[] = [];
  class Legacy {
    dispose(): void {
      events.push("legacy");
    }
  }
  const user = token<Legacy>("user");
  const app = appOf((binder) => binder.bind(user).toFactory([Legacy], (legacy) => legacy));
  app.container.register(Legacy, { useClass: Legacy }, { lifecycle: Lifecycle.Singleton });
  await app.start();
  expect(app.get(user)).toBe(app.get(Legacy));
  await app.stop();
  expect(events).toEqual(["legacy"]);
});
