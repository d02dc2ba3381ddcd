import type { Logger } from "@plinth/core";
import type { BusCounters, Observation, Observer } from "./observation.ts";

type Sums = { -readonly [K in keyof BusCounters]: number };

const sumOf = {
  published: "published",
  delivered: "delivered",
  handled: "handled",
  retried: "retried",
  deferred: "retried",
  dead_lettered: "deadLettered",
  skipped: "skipped",
  released: "released",
} as const satisfies Record<Observation["kind"], keyof BusCounters>;

/** Runs code that must not change what happens, such as logging: its errors are dropped. */
export function quietly(report: () => void): void {
  try {
    report();
  } catch {
    // There is nothing left to report it to.
  }
}

/** Counts what the bus does, and tells its observers. */
export class Observers {
  readonly #observers = new Set<Observer>();
  readonly #logger: Logger | undefined;
  /** The sums. `publishing` and `handling` are changed by publisher and consumers. */
  readonly sums: Sums = {
    published: 0,
    publishFailed: 0,
    publishing: 0,
    delivered: 0,
    handled: 0,
    retried: 0,
    deadLettered: 0,
    skipped: 0,
    released: 0,
    handling: 0,
  };

  constructor(logger: Logger | undefined) {
    this.#logger = logger;
  }

  /** Adds an observer, and returns how to remove it. */
  add(observer: Observer): () => void {
    // The same function given twice is two observers.
    const own: Observer = (observation) => observer(observation);
    this.#observers.add(own);
    return () => {
      this.#observers.delete(own);
    };
  }

  /** Counts an observation and passes it on. Never throws. */
  tell(observation: Observation): void {
    this.sums[sumOf[observation.kind]] += 1;
    for (const observer of this.#observers) {
      try {
        // An observer may be an async function: its rejection would end the process.
        const answer: unknown = observer(observation);
        if (answer instanceof Promise) answer.catch((error: unknown) => this.#failed(error));
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /** An observer must not change what happens, and neither must a logger. */
  #failed(error: unknown): void {
    quietly(() => this.#logger?.error("An observer of the event bus failed.", { error }));
  }
}
