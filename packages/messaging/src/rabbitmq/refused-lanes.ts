/** The pauses between two attempts with one lane, in milliseconds: they double up to the maximum. */
const firstPause = 500;
const maxPause = 10_000;

interface Lane<T> {
  readonly waiting: T[];
  /** The message that is tried at the moment. */
  trying?: T | undefined;
  failures: number;
  timer?: NodeJS.Timeout | undefined;
}

/**
 * Keeps messages that the broker refused for now. A nack does not say which queue had no room, and the
 * other queues have the message already: each attempt gives them another copy. So of each lane one message at
 * a time is tried again, after growing pauses, and the others follow when it is accepted.
 */
export class RefusedLanes<T> {
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #send: (item: T) => void;
  readonly #isAbandoned: (item: T) => boolean;
  readonly #max: number;

  /**
   * @param send Tries a message again; then {@link add} or {@link left} has to be called for it.
   * @param isAbandoned Whether no call waits for the message.
   * @param max How many messages of a lane may wait.
   */
  constructor(send: (item: T) => void, isAbandoned: (item: T) => boolean, max: number) {
    this.#send = send;
    this.#isAbandoned = isAbandoned;
    this.#max = max;
  }

  /**
   * Takes a message that was refused.
   *
   * @returns `false` if its lane is full
   */
  add(key: string, item: T): boolean {
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = { waiting: [], failures: 0 };
      this.#lanes.set(key, lane);
    }
    if (lane.trying === item) {
      lane.trying = undefined;
      lane.waiting.unshift(item);
      this.#pause(key, lane);
      return true;
    }
    if (lane.waiting.length >= this.#max) {
      while (lane.waiting[0] !== undefined && this.#isAbandoned(lane.waiting[0]))
        lane.waiting.shift();
      if (lane.waiting.length >= this.#max) return false;
    }
    lane.waiting.push(item);
    if (lane.trying === undefined && lane.timer === undefined) this.#pause(key, lane);
    return true;
  }

  /** Call it when a message was accepted, refused for good or abandoned. */
  left(key: string, item: T, wasAccepted: boolean): void {
    const lane = this.#lanes.get(key);
    if (lane?.trying !== item) return;
    lane.trying = undefined;
    if (wasAccepted) lane.failures = 0;
    this.#next(key, lane);
  }

  /** Removes all messages and returns them. */
  clear(): readonly T[] {
    const lanes = [...this.#lanes.values()];
    this.#lanes.clear();
    for (const { timer } of lanes) clearTimeout(timer);
    return lanes.flatMap(({ waiting }) => waiting);
  }

  #pause(key: string, lane: Lane<T>): void {
    const span = Math.min(maxPause, firstPause * 2 ** Math.min(lane.failures, 20));
    lane.failures += 1;
    // Half of it at random: publishers that met the same full queue come back at different times.
    const pause = span * (0.5 + Math.random() / 2);
    lane.timer = setTimeout(() => {
      lane.timer = undefined;
      this.#next(key, lane);
    }, pause).unref();
  }

  #next(key: string, lane: Lane<T>): void {
    let next = lane.waiting.shift();
    while (next !== undefined && this.#isAbandoned(next)) next = lane.waiting.shift();
    if (next === undefined) {
      this.#lanes.delete(key);
      return;
    }
    lane.trying = next;
    this.#send(next);
  }
}
