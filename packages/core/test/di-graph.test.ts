import { describe, expect, test } from "vitest";
import { z } from "zod";

import {
  all,
  createApp,
  createLogger,
  GraphError,
  inject,
  injectable,
  method,
  provider,
  required,
  Service,
  token,
  type Binder,
  type Binding,
} from "../src/index.ts";

const silent = createLogger({ name: "test", level: "silent" });
const made: string[] = [];

abstract class Repository {
  abstract read(): string;
}
class Greeter extends Service("greeter", {
  greet: method({
    http: "GET /greet",
    input: z.object({}),
    output: z.object({ text: z.string() }),
  }),
}) {}

@injectable()
class GreeterImpl implements Greeter {
  constructor(@inject(Repository) readonly repository: Repository) {
    made.push("GreeterImpl");
  }
  async greet(): Promise<{ text: string }> {
    return { text: this.repository.read() };
  }
}
class Server {}
class MemoryRepository implements Repository {
  constructor() {
    made.push("MemoryRepository");
  }
  read(): string {
    return "read";
  }
}
class User {}
class Formatter {
  constructor(readonly user: User) {}
}
injectable(Formatter, [User]);
class Report {
  constructor(readonly formatter: Formatter) {
    made.push("Report");
  }
}
injectable(Report, [Formatter]);
class Bare {
  constructor(
    readonly first: string,
    readonly second: string,
  ) {
    made.push("Bare");
  }
}
class Half {
  constructor(
    readonly server: Server,
    readonly second: string,
  ) {}
}
// What a class looks like when @inject is forgotten before its second parameter.
inject(Server)(Half, undefined, 0);
class Left {
  constructor(readonly right: unknown) {}
}
class Right {
  constructor(readonly left: Left) {}
}
injectable(Left, [Right]);
injectable(Right, [Left]);
class Own {
  constructor(readonly self: unknown) {}
}
injectable(Own, [Own]);
const label = token<string>("label");

const bindServer: Binding = (binder) =>
  binder.bind(Server).toResource([Greeter], {
    create: () => {
      made.push("Server");
      return new Server();
    },
  });
const bindGreeter: Binding = (binder) => binder.bind(Greeter).toClass(GreeterImpl);
const bindRepository: Binding = (binder) => binder.bind(Repository).toClass(MemoryRepository);

async function faultsOf(...bindings: Binding[]): Promise<string> {
  made.length = 0;
  const app = createApp({ name: "shop", bindings, logger: silent });
  const error: unknown = await app.start().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GraphError);
  expect(made, "no constructor, factory or resource ran").toEqual([]);
  expect(app.state).toBe("failed");
  expect(Reflect.get(error as GraphError, Symbol.for("plinth.presentable"))).toBe(true);
  return (error as GraphError).message;
}

const one = 'The app "shop" cannot start: its bindings have a fault.\n';

test("missing: the token and the whole way of classes that need it", async () => {
  expect(await faultsOf(bindServer, bindGreeter)).toBe(
    `${one}  1. Repository is not bound.
     Needed by: Server -> Greeter -> GreeterImpl -> Repository
     Fix: add its binding to the app's bindings, such as bind(Repository).toClass(...).`,
  );
});

test("missing contract: what is served has to be bound", async () => {
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

test("missing, and the one who needs it knows what to do", async () => {
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

test("rebind of something that nothing binds", async () => {
  const rebindRepository: Binding = (binder) => binder.rebind(Repository).toClass(MemoryRepository);
  expect(await faultsOf(rebindRepository)).toBe(
    `${one}  1. Repository is rebound to class MemoryRepository in rebindRepository, but nothing binds it.
     Fix: write bind(Repository), or add the binding that is to be replaced.`,
  );
});

test("rebound twice: neither silently wins, but for the overrides of a test", async () => {
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

test("a binder that is used after its function has returned says so", async () => {
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

test("a singleton that would keep something of one request, also behind a transient", async () => {
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

test("a singleton that would keep something of one request behind an alias", async () => {
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

test("a class that nothing says how to construct", async () => {
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

describe("a class that is bound by a function of its own", () => {
  test("is missing: that function is named, for subclasses as well", async () => {
    expect(await faultsOf((binder) => binder.bind(NotesUser).toClass(NotesUser))).toBe(
      `${one}  1. Notes is not bound.
     Needed by: NotesUser -> Notes
     Fix: add bindStored(Notes) to the app's bindings.`,
    );
  });

  test("is not made by toClass, whose constructor it does not show", async () => {
    expect(await faultsOf((binder) => binder.bind(Notes).toClass(Notes as never))).toBe(
      `${one}  1. toClass cannot make Notes: nothing says what to pass to its constructor.
     Fix: write bindStored(Notes) instead of bind(Notes).toClass(Notes).`,
    );
  });

  test("may be made by toClass where its dependencies are listed", async () => {
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

test("arguments that are missing are named", async () => {
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

test("what the app brings is not replaced silently either", async () => {
  const { Logger } = await import("../src/index.ts");
  const message = await faultsOf((binder) => binder.bind(Logger).toValue(silent));
  expect(message).toContain(
    "1. Logger is bound twice: to a value in providedByCreateApp, and to a value.",
  );
});

test("an asynchronous binding function and an undefined token are refused where they stand", async () => {
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
