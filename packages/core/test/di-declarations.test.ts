import { describe, expect, test } from "vitest";
import {
  all,
  createApp,
  inject,
  injectable,
  provider,
  required,
  token,
  type Binding,
} from "../src/index.ts";
import {
  silent,
  Greeter,
  User,
  Formatter,
  Report,
  Bare,
  Left,
  Right,
  label,
  bindGreeter,
  faultsOf,
  one,
} from "./graph-classes.ts";

class Stored {
  static {
    Object.defineProperty(this, Symbol.for("plinth.binding"), {
      value: (name: string) => `bindStored(${name})`,
    });
  }
  readonly place: string;
  constructor(place: string) {
    this.place = place;
  }
}
class Notes extends Stored {}
class NotesUser {
  readonly notes: Notes;
  constructor(notes: Notes) {
    this.notes = notes;
  }
}
injectable(NotesUser, [Notes]);
class PlacedNotes extends Stored {}
injectable(PlacedNotes as new (place: string) => PlacedNotes, [label]);

describe("a class with its own binding function", () => {
  test("if missing, the fault names that function, also for subclasses", async () => {
    expect(await faultsOf((binder) => binder.bind(NotesUser).toClass(NotesUser))).toBe(
      `${one}  1. Notes is not bound.
     Needed by: NotesUser -> Notes
     Fix: add bindStored(Notes) to the app's bindings.`,
    );
  });

  test("is not made by toClass, as its dependencies are not declared", async () => {
    expect(await faultsOf((binder) => binder.bind(Notes).toClass(Notes as never))).toBe(
      `${one}  1. toClass cannot make Notes: nothing says what to pass to its constructor.
     Fix: write bindStored(Notes) instead of bind(Notes).toClass(Notes).`,
    );
  });

  test("can be made by toClass if its dependencies are listed", async () => {
    const app = createApp({
      name: "shop",
      logger: silent,
      bindings: [
        (binder) => binder.bind(label).toValue("here"),
        (binder) => binder.bind(PlacedNotes).toClass(PlacedNotes as never),
      ],
    });
    await app.start();
    expect(app.get(PlacedNotes as never)).toMatchObject({ place: "here" });
    await app.stop();
  });

  test("a contract is not its own implementation", async () => {
    expect(await faultsOf((binder) => binder.bind(Greeter).toClass(Greeter as never))).toBe(
      `${one}  1. Greeter is a contract, which has no code of its own: bind(Greeter).toClass(Greeter) binds it to itself.
     Fix: give toClass the class that implements it, or write bindRemote(Greeter, ...) where it runs elsewhere.`,
    );
  });
});

test.each<[string, unknown, string]>([
  ["null", null, "null instead of a token. Two modules probably import each other"],
  ["undefined", undefined, "undefined instead of a token. Two modules probably import each other"],
  ["text", "Greeter", "of type string instead of a token. A token is a class, or made by token()."],
  ["an object", {}, "of type object instead of a token."],
  ["a list", [], "an array instead of a token."],
])("%s is no token, and the message says where it stands", async (_, wrong, said) => {
  const given = wrong as never;
  const bound = (bind: Binding): Promise<void> =>
    createApp({ name: "shop", bindings: [bind], logger: silent }).start();
  expect(() => injectable(NotesUser, [given])).toThrow(
    `Dependency 1 of NotesUser, listed in injectable(), is ${said}`,
  );
  expect(() => inject<string>(given)(Bare, undefined, 1)).toThrow(`parameter 2 of Bare is ${said}`);
  for (const select of [all, provider, (of: never) => required(of, "advice")]) {
    expect(() => select(given)).toThrow(said);
  }
  await expect(bound((binder) => binder.bind(given).toValue(1))).rejects.toThrow(said);
  await expect(bound((binder) => binder.bind(label).toAlias(given))).rejects.toThrow(
    `The alias of label is ${said}`,
  );
  await expect(bound((binder) => binder.bind(label).toFactory([given], () => ""))).rejects.toThrow(
    `Dependency 1 of the binding of label is ${said}`,
  );
  const resource = { create: () => "" };
  await expect(bound((binder) => binder.bind(label).toResource([given], resource))).rejects.toThrow(
    `Dependency 1 of the binding of label is ${said}`,
  );
  const app = createApp({ name: "shop", bindings: [], logger: silent });
  expect(() => app.get(given)).toThrow(`The token given to app.get() is ${said}`);
});

test("missing arguments are named", async () => {
  const bound = (bind: Binding): Promise<void> =>
    createApp({ name: "shop", bindings: [bind], logger: silent }).start();
  const none = undefined as never;
  expect(() => injectable(none, [])).toThrow(
    "injectable() takes a class first; what it got is undefined.",
  );
  expect(() => injectable(Bare, none)).toThrow("The dependencies of Bare must be a list of tokens");
  await expect(bound((binder) => binder.bind(label).toFactory(none, () => ""))).rejects.toThrow(
    "The dependencies of label must be a list of tokens; what was given is undefined.",
  );
  await expect(bound((binder) => binder.bind(label).toFactory([], none))).rejects.toThrow(
    "The binding of label takes a function that makes it after the dependencies",
  );
  await expect(bound((binder) => binder.bind(label).toResource([], none))).rejects.toThrow(
    "The binding of label takes a resource with the function create after the dependencies",
  );
});

test("four kinds at once are one error", async () => {
  const bindAll: Binding = (binder) => {
    binder.bind(Left).toClass(Left);
    binder.bind(Right).toClass(Right);
    binder.bind(Report).toClass(Report);
    binder.bind(Formatter).toClass(Formatter, { scope: "transient" });
    binder.bind(User).toClass(User, { scope: "request" });
    binder.bind(label).toValue("a");
    binder.bind(label).toValue("b");
  };
  expect(await faultsOf(bindGreeter, bindAll)).toBe(
    `The app "shop" cannot start: its bindings have 4 faults.
  1. Repository is not bound.
     Needed by: Greeter -> GreeterImpl -> Repository
     Fix: add its binding to the app's bindings, such as bind(Repository).toClass(...).
  2. These need each other to be made: Left -> Right -> Left
     Fix: move what they share into something that both depend on, or inject provider(Token) in one place and call it after start.
  3. label is bound twice: to a value in bindAll, and to a value in bindAll.
     Fix: remove all but one; write rebind(label) where one is to replace the other, or bindMany(label) for a list injected with all(label).
  4. A singleton would keep one request's User for all others: Report (singleton) -> Formatter (transient) -> User (request)
     Fix: inject provider(User) and call it while a request is handled, or give Report the scope "request".`,
  );
});

test("the app's own bindings are not replaced silently either", async () => {
  const { Logger } = await import("../src/index.ts");
  const message = await faultsOf((binder) => binder.bind(Logger).toValue(silent));
  expect(message).toContain(
    "1. Logger is bound twice: to a value in providedByCreateApp, and to a value.",
  );
});

test("an asynchronous binding function and an undefined token are refused at once", async () => {
  const bindLate = (async () => undefined) as unknown as Binding;
  const start = (binding: Binding): Promise<void> =>
    createApp({ name: "shop", bindings: [binding], logger: silent }).start();
  await expect(start(bindLate)).rejects.toThrow("The binding bindLate is asynchronous.");
  await expect(start((binder) => binder.bind(undefined as never).toValue(1))).rejects.toThrow(
    "Two modules probably import each other",
  );
  expect(() => inject<string>(undefined as never)(Bare, undefined, 1)).toThrow(
    "What @inject got for parameter 2 of Bare is undefined instead of a token.",
  );
});

test("a chain of 5,000 bindings is checked, made and closed without overflowing the stack", async () => {
  const tokens = Array.from({ length: 5_000 }, (_, index) => token<number>(`link ${index}`));
  const bindChain: Binding = (binder) => {
    for (const [index, link] of tokens.entries()) {
      const next = tokens[index + 1];
      if (next === undefined) binder.bind(link).toValue(0);
      else binder.bind(link).toFactory([next], (below) => below + 1);
    }
  };
  const app = createApp({ name: "shop", bindings: [bindChain], logger: silent });
  await app.start();
  expect(app.get(tokens[0] ?? token<number>("none"))).toBe(4_999);
  await app.stop();
});
