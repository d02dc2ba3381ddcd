import { expect, test } from "vitest";
import { all, createApp, provider, required, type Binder, type Binding } from "../src/index.ts";
import {
  silent,
  Repository,
  Server,
  MemoryRepository,
  User,
  Formatter,
  Report,
  Bare,
  Half,
  Left,
  Right,
  Own,
  label,
  bindServer,
  bindGreeter,
  bindRepository,
  faultsOf,
  one,
} from "./graph-classes.ts";

test("missing: names the token and the path of classes that need it", async () => {
  expect(await faultsOf(bindServer, bindGreeter)).toBe(
    `${one}  1. Repository is not bound.
     Needed by: Server -> Greeter -> GreeterImpl -> Repository
     Fix: add its binding to the app's bindings, such as bind(Repository).toClass(...).`,
  );
});

test("missing contract: an injected contract has to be bound", async () => {
  expect(await faultsOf(bindServer)).toBe(
    `${one}  1. The contract Greeter is not bound.
     Needed by: Server -> Greeter
     Fix: add the binding of its implementation to the app's bindings, bind(Greeter).toClass(...), or bindRemote(Greeter, ...) where it runs elsewhere.`,
  );
});

test("missing typed token, needed in several places", async () => {
  const bindUsers: Binding = (binder) => {
    binder.bind(Server).toFactory([label], () => new Server());
    binder.bindMany(Server).toFactory([provider(label)], () => new Server());
  };
  expect(await faultsOf(bindUsers)).toBe(
    `${one}  1. label is not bound.
     Needed by: Server -> label
                Server -> label
     Fix: add its binding to the app's bindings: bind(label).toValue(...) or .toFactory(...).`,
  );
});

test("missing, with the advice of the binding that needs it", async () => {
  const bindUser: Binding = (binder) =>
    binder
      .bind(Server)
      .toFactory(
        [required(label, "The server shows it. Fix: call bindLabel().")],
        () => new Server(),
      );
  expect(await faultsOf(bindUser)).toBe(
    `${one}  1. label is not bound.
     Needed by: Server -> label
     The server shows it. Fix: call bindLabel().`,
  );
});

test("missing, but its class is bound under another token", async () => {
  const bindOuter: Binding = (binder) =>
    binder.bind(Server).toFactory([MemoryRepository], () => new Server());
  expect(await faultsOf(bindOuter, bindRepository)).toBe(
    `${one}  1. MemoryRepository is not bound.
     Needed by: Server -> MemoryRepository
     MemoryRepository is bound under Repository: inject that.`,
  );
});

test("cycle: the whole path", async () => {
  const bindBoth: Binding = (binder) => {
    binder.bind(Left).toClass(Left);
    binder.bind(Right).toClass(Right);
  };
  expect(await faultsOf(bindBoth)).toBe(
    `${one}  1. These need each other to be made: Left -> Right -> Left
     Fix: move what they share into something that both depend on, or inject provider(Token) in one place and call it after start.`,
  );
});

test("cycle of one, and an alias of itself", async () => {
  const bindSelf: Binding = (binder) => {
    binder.bind(Own).toClass(Own);
    binder.bind(label).toAlias(label);
  };
  expect(await faultsOf(bindSelf)).toBe(
    `The app "shop" cannot start: its bindings have 2 faults.
  1. These need each other to be made: Own -> Own
     Fix: move what they share into something that both depend on, or inject provider(Token) in one place and call it after start.
  2. These need each other to be made: label -> label
     Fix: move what they share into something that both depend on, or inject provider(Token) in one place and call it after start.`,
  );
});

test("duplicate: both are named, with the functions that bind them", async () => {
  const bindAnother: Binding = (binder) =>
    binder.bind(Repository).toValue({ read: () => "another" });
  expect(await faultsOf(bindRepository, bindAnother)).toBe(
    `${one}  1. Repository is bound twice: to class MemoryRepository in bindRepository, and to a value in bindAnother.
     Fix: remove all but one; write rebind(Repository) where one is to replace the other, or bindMany(Repository) for a list injected with all(Repository).`,
  );
});

test("rebind without a binding", async () => {
  const rebindRepository: Binding = (binder) => binder.rebind(Repository).toClass(MemoryRepository);
  expect(await faultsOf(rebindRepository)).toBe(
    `${one}  1. Repository is rebound to class MemoryRepository in rebindRepository, but nothing binds it.
     Fix: write bind(Repository), or add the binding that is to be replaced.`,
  );
});

test("rebound twice: neither wins silently, except in the overrides of a test", async () => {
  const bindLabel: Binding = (binder) => binder.bind(label).toValue("bound");
  const first: Binding = (binder) => binder.rebind(label).toValue("first");
  const second: Binding = (binder) => binder.rebind(label).toValue("second");
  expect(await faultsOf(bindLabel, first, second)).toBe(
    `${one}  1. label is rebound twice: to a value in first, and to a value in second.
     Fix: remove all but one; which of them is meant cannot be told from their order.`,
  );
  const app = createApp({
    name: "shop",
    bindings: [bindLabel, first],
    overrides: [first, second],
    logger: silent,
  });
  await app.start();
  expect(app.get(label)).toBe("second");
  await app.stop();
});

test("a binder that is used after its function has returned throws", async () => {
  let kept: Binder | undefined;
  const app = createApp({
    name: "shop",
    bindings: [(binder) => void (kept = binder)],
    logger: silent,
  });
  await app.start();
  expect(() => kept?.bind(label).toValue("late")).toThrow("label is bound too late");
  await app.stop();
});

test("a singleton that would keep an instance of one request, also behind a transient", async () => {
  const bindReport: Binding = (binder) => {
    binder.bind(Report).toClass(Report);
    binder.bind(Formatter).toClass(Formatter, { scope: "transient" });
    binder.bind(User).toClass(User, { scope: "request" });
  };
  expect(await faultsOf(bindReport)).toBe(
    `${one}  1. A singleton would keep one request's User for all others: Report (singleton) -> Formatter (transient) -> User (request)
     Fix: inject provider(User) and call it while a request is handled, or give Report the scope "request".`,
  );
});

test("a singleton that would keep an instance of one request behind an alias", async () => {
  const bindReport: Binding = (binder) => {
    binder.bind(Formatter).toAlias(User as never);
    binder.bind(Report).toClass(Report);
    binder.bind(User).toClass(User, { scope: "request" });
  };
  expect(await faultsOf(bindReport)).toBe(
    `${one}  1. A singleton would keep one request's User for all others: Report (singleton) -> Formatter (alias) -> User (request)
     Fix: inject provider(User) and call it while a request is handled, or give Report the scope "request".`,
  );
});

test("a class without declared dependencies", async () => {
  expect(await faultsOf((binder) => binder.bind(Bare).toClass(Bare))).toBe(
    `${one}  1. Bare takes 2 constructor parameters, and nothing says what to pass: it is not marked as injectable.
     Fix: write @injectable() before the class and @inject(Token) before each parameter, or call injectable(Bare, [Token, ...]).`,
  );
});

test("a parameter without @inject", async () => {
  const bindHalf: Binding = (binder) => {
    binder.bind(Half).toClass(Half);
    binder.bind(Server).toValue(new Server());
  };
  expect(await faultsOf(bindHalf)).toBe(
    `${one}  1. Nothing says what to pass for parameter 2 of the constructor of Half.
     Fix: write @inject(Token) before each parameter, or list a token for each in injectable(Half, [...]).`,
  );
});

test("a binding without a target", async () => {
  const bindNothing: Binding = (binder) => {
    binder.bind(Server);
  };
  expect(await faultsOf(bindNothing)).toBe(
    `${one}  1. The binding of Server in bindNothing does not say to what.
     Fix: go on with .toClass(...), .toValue(...), .toFactory(...), .toResource(...) or .toAlias(...).`,
  );
});

test("a list injected as one, and one injected as a list", async () => {
  const bindMixed: Binding = (binder) => {
    binder.bindMany(label).toValue("a");
    binder.bind(User).toValue(new User());
    binder.bind(Server).toFactory([label, all(User)], () => new Server());
  };
  expect(await faultsOf(bindMixed)).toBe(
    `The app "shop" cannot start: its bindings have 2 faults.
  1. label is a list, bound with bindMany, and is injected as one.
     Needed by: Server -> label
     Fix: inject all(label), or write bind(label) where it is bound.
  2. User is bound with bind and is injected as a list.
     Needed by: Server -> User
     Fix: write bindMany(User) where it is bound, or inject User.`,
  );
});
