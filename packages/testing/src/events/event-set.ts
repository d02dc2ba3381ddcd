import { isDeepStrictEqual } from "node:util";
import type { AnyDomainEvent, AnyDomainEventClass } from "@plinth/messaging";

/** What every kept observation has. */
export interface ObservedEvent {
  /** Name of the event. */
  readonly type: string;
  /** The event's id: the same in all that is observed of it. */
  readonly id: string;
  /** The event itself. Absent: it was not read. */
  readonly event?: AnyDomainEvent | undefined;
}

/** An observation of events of one class. */
export type Observed<R extends ObservedEvent, E> = R & { readonly event: E };

/** Which events are meant: fields that their data have with equal values, or a question put to each. */
export type EventSelection<R, E extends AnyDomainEvent> =
  | Partial<E["data"]>
  | ((observed: Observed<R & ObservedEvent, E>) => boolean);

type EventOf<R> = (observed: R, eventClass: AnyDomainEventClass) => AnyDomainEvent | undefined;

/** Options of {@link EventSet.first} and {@link EventSet.atLeast}. */
export interface WaitOptions {
  /** Milliseconds to wait at most. Default: 5,000. */
  readonly timeout?: number | undefined;
}

/**
 * What was observed of one kind, in order; more comes in at any time. Ask for what is there with `of`,
 * and wait for what will be with `first` and `atLeast`, which answer at the moment that it happens.
 */
export class EventSet<R extends ObservedEvent> {
  readonly #kind: string;
  readonly #eventOf: EventOf<R>;
  readonly #all: R[] = [];
  readonly #waiters = new Set<() => void>();

  /**
   * @param kind for messages: `"published"`
   * @param eventOf the event in an observation of its class. Default: the one that it holds
   */
  constructor(kind: string, eventOf: EventOf<R> = ({ event }) => event) {
    this.#kind = kind;
    this.#eventOf = eventOf;
  }

  /** For messages: `"published"`. */
  get kind(): string {
    return this.#kind;
  }

  /** All of it so far, whatever the class. */
  get all(): readonly R[] {
    return [...this.#all];
  }

  /**
   * What there is of a class.
   *
   * @param where which of it. Default: all
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
   * The first of a class, at once or when it comes. Rejects when the time is over, and says what there
   * is instead.
   */
  async first<E extends AnyDomainEvent>(
    eventClass: AnyDomainEventClass & { readonly prototype: E },
    where?: EventSelection<R, E>,
    options: WaitOptions = {},
  ): Promise<Observed<R, E>> {
    const [first] = await this.atLeast(1, eventClass, where, options);
    return first as Observed<R, E>;
  }

  /** All of a class, once there are so many. Rejects as `first` does. */
  async atLeast<E extends AnyDomainEvent>(
    count: number,
    eventClass: AnyDomainEventClass & { readonly prototype: E },
    where?: EventSelection<R, E>,
    { timeout = 5_000 }: WaitOptions = {},
  ): Promise<Observed<R, E>[]> {
    // Where it was called from: the stack of a timer tells nobody which line waited.
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
          // What the caller's own question throws.
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

  /** One sentence on what there is, for messages. */
  summary(): string {
    const counts = new Map<string, number>();
    for (const { type } of this.#all) counts.set(type, (counts.get(type) ?? 0) + 1);
    const list = [...counts].map(([type, count]) => `${count} of "${type}"`).join(", ");
    return `In all ${list === "" ? "nothing was" : `${list} were`} ${this.#kind}.`;
  }

  /** Takes in an observation. */
  add(observed: R): void {
    this.#all.push(observed);
    for (const look of this.#waiters) look();
  }

  /** Forgets what there is. */
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
