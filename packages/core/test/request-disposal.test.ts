import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import {
  createApp,
  createContext,
  endRequest,
  method,
  provider,
  runWithContext,
  Service,
  token,
  type App,
  type Binding,
} from "../src/index.ts";
import { captured } from "./capture.ts";

/** Creations and disposals, in order. */
let events: string[] = [];

class Session {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
    events.push(`make ${name}`);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve();
    events.push(`dispose ${this.name}`);
    if (this.name === "broken") throw new Error("It cannot be closed.");
  }
}

const first = token<Session>("first");
const second = token<Session>("second");
const broken = token<Session>("broken");
const borrowed = token<Session>("borrowed");
const nothing = z.object({});

abstract class Inner extends Service("inner", {
  use: method({ http: "GET /inner", input: nothing, output: z.string() }),
}) {}
abstract class Outer extends Service("outer", {
  use: method({ http: "GET /outer", input: nothing, output: z.string() }),
  fail: method({ http: "GET /fail", input: nothing, output: z.void() }),
  hang: method({ http: "GET /hang", input: nothing, output: z.void() }),
}) {}

let release = (): void => {};
const bindings: Binding = (binder) => {
  const request = { scope: "request" } as const;
  binder.bind(first).toFactory([], () => new Session("first"), request);
  binder.bind(second).toFactory([first], () => new Session("second"), request);
  binder.bind(broken).toFactory([], () => new Session("broken"), request);
  binder.bind(borrowed).toFactory([first], (session) => session, request);
  binder.bind(Inner).toFactory([provider(second)], (session) => ({
    use: async () => session().name,
  }));
  binder
    .bind(Outer)
    .toFactory(
      [Inner, provider(first), provider(second), provider(broken), provider(borrowed)],
      (inner, one, two, bad, other) => ({
        use: async () => {
          const name = `${two().name} ${one().name} ${other().name} ${await inner.use({})}`;
          events.push("used");
          return name;
        },
        fail: async () => {
          one();
          bad();
          two();
          throw new Error("It failed.");
        },
        hang: async () => {
          one();
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          events.push("released");
        },
      }),
    );
};

async function start(): Promise<{ app: App; lines: () => string }> {
  const { logger, lines } = captured();
  const app = createApp({ name: "test", bindings: [bindings], logger });
  await app.start();
  onTestFinished(() => app.stop());
  events = [];
  return { app, lines: () => JSON.stringify(lines()) };
}

describe("a request-scoped instance", () => {
  test("is shared by the calls of its request and disposed of at its end, in reverse order", async () => {
    const { app } = await start();
    expect(await app.get(Outer).use({})).toBe("second first first second");
    const once = ["make first", "make second", "used", "dispose second", "dispose first"];
    expect(events).toEqual(once);
    await app.get(Outer).use({});
    expect(events).toEqual([...once, ...once]);
  });

  test("is disposed of after a failure, too; a failing disposal is logged and does not stop the others", async () => {
    const { app, lines } = await start();
    await expect(app.get(Outer).fail({})).rejects.toMatchObject({ code: "internal" });
    expect(events.slice(-3)).toEqual(["dispose second", "dispose broken", "dispose first"]);
    expect(lines()).toContain("broken could not be disposed of at the end of a request.");
    expect(lines()).toContain("It cannot be closed.");
  });

  test("outlives a caller that no longer waits, as the work goes on", async () => {
    const { app } = await start();
    const call = app.get(Outer).hang({}, { timeout: 30 });
    await expect(call).rejects.toMatchObject({ code: "deadline_exceeded" });
    expect(events).toEqual(["make first"]);
    release();
    await expect.poll(() => events).toEqual(["make first", "released", "dispose first"]);
  });

  test("lives until endRequest in a context that code opened itself", async () => {
    const { app } = await start();
    const context = createContext();
    await runWithContext(context, async () => {
      await Promise.all([app.get(Outer).use({}), app.get(Outer).use({})]);
      await app.get(Inner).use({});
    });
    expect(events).toEqual(["make first", "make second", "used", "used"]);
    await endRequest(context);
    await endRequest(context);
    expect(events.slice(4)).toEqual(["dispose second", "dispose first"]);
  });
});
