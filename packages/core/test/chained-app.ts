import {
  createApp,
  createLogger,
  token,
  type App,
  type AppOptions,
  type Binding,
  type Logger,
  type Resource,
} from "../src/index.ts";

export interface Captured {
  readonly logger: Logger;
  readonly lines: Record<string, unknown>[];
}

function capture(): Captured {
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  };
  return { lines, logger: createLogger({ name: "test", destination, level: "debug" }) };
}

export type Hooks = Partial<Resource<string, readonly string[]>>;

/** Resources r1 to r<count>, each with a dependency on the one before. All record their hooks. */
export function chain(count: number, events: string[], hooks: Record<string, Hooks> = {}): Binding {
  const tokens = Array.from({ length: count }, (_, index) => token<string>(`r${index + 1}`));
  return (binder) => {
    // Bound last first: the order must come from the dependencies.
    for (const [index, own] of [...tokens.entries()].toReversed()) {
      const below = tokens[index - 1];
      const note = (hook: string) => (): void => void events.push(`${hook} ${own.name}`);
      binder.bind(own).toResource(below === undefined ? [] : [below], {
        create: () => {
          events.push(`create ${own.name}`);
          return own.name;
        },
        start: note("start"),
        drain: note("drain"),
        close: note("close"),
        ...hooks[own.name],
      });
    }
  };
}

export function appOf(
  bindings: Binding[],
  options: Partial<AppOptions> = {},
): Captured & { app: App } {
  const captured = capture();
  const app = createApp({ name: "test", bindings, logger: captured.logger, ...options });
  return { app, ...captured };
}

export const never = (): Promise<never> => new Promise(() => undefined);
