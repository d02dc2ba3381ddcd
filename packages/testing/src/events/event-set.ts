import { isDeepStrictEqual } from "node:util";
import type { AnyDomainEvent, AnyDomainEventClass } from "@plinth/messaging";

/** The fields of every observation. */
export interface ObservedEvent {
  /** Name of the event. */
  readonly type: string;
  /** The id of the event: the same in all observations of it. */
  readonly id: string;
  /** The event itself. Absent if it could not be read. */
  readonly event?: AnyDomainEvent | undefined;
}

/** An observation of events of one class. */
export type Observed<R extends ObservedEvent, E> = R & { readonly event: E };

/** Selects events: by fields of their data that must be equal, or by a predicate. */
export type EventSelection<R, E extends AnyDomainEvent> =
  | Partial<E["data"]>
  | ((observed: Observed<R & ObservedEvent, E>) => boolean);

type EventOf<R> = (observed: R, eventClass: AnyDomainEventClass) => AnyDomainEvent | undefined;

/** Options of {@link EventSet.first} and {@link EventSet.atLeast}. */
export interface WaitOptions {
  /** How long to wait, in milliseconds. Default: 5,000. */
  readonly timeout?: number | undefined;
}

/**
 * The observations of one kind, in order. The set grows at any time: `of` returns what is there, and
 * `first` and `atLeast` wait for what is not, and resolve as soon as it arrives.
 */
export class EventSet<R extends ObservedEvent> {
  readonly #kind: string;
  readonly #eventOf: EventOf<R>;
  readonly #all: R[] = [];
  readonly #waiters = new Set<() => void>();

  /**
   * @param kind for messages, such as `"published"`
   * @param eventOf reads the event from an observation. Default: its field `event`
   */
  constructor(kind: string, eventOf: EventOf<R> = ({ event }) => event) {
    this.#kind = kind;
    this.#eventOf = eventOf;
  }

  /** The kind, for messages: `"published"`. */
  get kind(): string {
    return this.#kind;
  }

  /** All observations so far, of any class. */
  get all(): readonly R[] {
    return [...this.#all];
  }

  /**
   * The observations of one event class.
   *
   * @param where selects among them. Default: all
   */
  of<E extends AnyDomainEvent>(
    eventClass: AnyDomainEventClass & { readonly prototype: E },
    where?: EventSelection<R, E>,
  ): Observed<R, E>[] {
    const { name } = eventClass.definition;
    return this.#all.flatMap((observed) => {
      if (observed.type !== name) return [];
      const event = this.#eventOf(observed, eventClass) as E | undefined;
      if (event === undefined) return [];
      const whole = { ...observed, event };
      return isMeant(whole, where) ? [whole] : [];
    });
  }

  /**
   * The first observation of a class. Resolves at once or when it arrives; rejects after the timeout, and
   * the message lists what arrived instead.
   */
  async first<E extends AnyDomainEvent>(
    eventClass: AnyDomainEventClass & { readonly prototype: E },
    where?: EventSelection<R, E>,
    options: WaitOptions = {},
  ): Promise<Observed<R, E>> {
    const [first] = await this.atLeast(1, eventClass, where, options);
    return first as Observed<R, E>;
  }

  /** All observations of a class, once there are at least `count`. Rejects as `first` does. */
  async atLeast<E extends AnyDomainEvent>(
    count: number,
    eventClass: AnyDomainEventClass & { readonly prototype: E },
    where?: EventSelection<R, E>,
    { timeout = 5_000 }: WaitOptions = {},
  ): Promise<Observed<R, E>[]> {
    // Made here for its stack: that of a timer does not contain the line that waits.
    const failure = new Error();
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(look);
      };
      const look = (): void => {
        try {
          const found = this.of(eventClass, where);
          if (found.length < count) return;
          end();
          resolve(found);
        } catch (error) {
          // The caller's own predicate threw.
          end();
          reject(error);
        }
      };
      const timer = setTimeout(() => {
        end();
        const found = this.of(eventClass, where).length;
        failure.message = `Waited ${timeout} ms for ${count} of "${eventClass.definition.name}"${described(where)} to be ${this.#kind}, and there ${found === 1 ? "was" : "were"} ${found}. ${this.summary()}`;
        reject(failure);
      }, timeout);
      this.#waiters.add(look);
      look();
    });
  }

  /** A sentence that counts the observations by type, for messages. */
  summary(): string {
    const counts = new Map<string, number>();
    for (const { type } of this.#all) counts.set(type, (counts.get(type) ?? 0) + 1);
    const list = [...counts].map(([type, count]) => `${count} of "${type}"`).join(", ");
    return `In all ${list === "" ? "nothing was" : `${list} were`} ${this.#kind}.`;
  }

  /** Adds an observation. */
  add(observed: R): void {
    this.#all.push(observed);
    for (const look of this.#waiters) look();
  }

  /** Removes all observations. */
  clear(): void {
    this.#all.length = 0;
  }
}

function isMeant<R extends ObservedEvent, E extends AnyDomainEvent>(
  observed: Observed<R, E>,
  where: EventSelection<R, E> | undefined,
): boolean {
  if (where === undefined) return true;
  if (typeof where === "function") return where(observed);
  const data = observed.event.data as Readonly<Record<string, unknown>>;
  return Object.entries(where).every(([name, value]) => isDeepStrictEqual(data[name], value));
}

function described(where: unknown): string {
  if (where === undefined) return "";
  return typeof where === "function" ? " (of those selected)" : ` with ${JSON.stringify(where)}`;
}
