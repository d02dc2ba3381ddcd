import { expect } from "vitest";
import { z } from "zod";
import {
  createApp,
  createLogger,
  GraphError,
  inject,
  injectable,
  method,
  Service,
  token,
  type Binding,
} from "../src/index.ts";

export const silent = createLogger({ name: "test", level: "silent" });
const made: string[] = [];

export abstract class Repository {
  abstract read(): string;
}
export class Greeter extends Service("greeter", {
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
export class Server {}
export class MemoryRepository implements Repository {
  constructor() {
    made.push("MemoryRepository");
  }
  read(): string {
    return "read";
  }
}
export class User {}
export class Formatter {
  constructor(readonly user: User) {}
}
injectable(Formatter, [User]);
export class Report {
  constructor(readonly formatter: Formatter) {
    made.push("Report");
  }
}
injectable(Report, [Formatter]);
export class Bare {
  constructor(
    readonly first: string,
    readonly second: string,
  ) {
    made.push("Bare");
  }
}
export class Half {
  constructor(
    readonly server: Server,
    readonly second: string,
  ) {}
}
// A class without @inject before its second parameter.
inject(Server)(Half, undefined, 0);
export class Left {
  constructor(readonly right: unknown) {}
}
export class Right {
  constructor(readonly left: Left) {}
}
injectable(Left, [Right]);
injectable(Right, [Left]);
export class Own {
  constructor(readonly self: unknown) {}
}
injectable(Own, [Own]);
export const label = token<string>("label");

export const bindServer: Binding = (binder) =>
  binder.bind(Server).toResource([Greeter], {
    create: () => {
      made.push("Server");
      return new Server();
    },
  });
export const bindGreeter: Binding = (binder) => binder.bind(Greeter).toClass(GreeterImpl);
export const bindRepository: Binding = (binder) =>
  binder.bind(Repository).toClass(MemoryRepository);

export async function faultsOf(...bindings: Binding[]): Promise<string> {
  made.length = 0;
  const app = createApp({ name: "shop", bindings, logger: silent });
  const error: unknown = await app.start().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GraphError);
  expect(made, "no constructor, factory or resource ran").toEqual([]);
  expect(app.state).toBe("failed");
  expect(Reflect.get(error as GraphError, Symbol.for("plinth.presentable"))).toBe(true);
  return (error as GraphError).message;
}

export const one = 'The app "shop" cannot start: its bindings have a fault.\n';
