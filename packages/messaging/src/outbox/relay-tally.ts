/** Sums since the relay was made. */
export interface OutboxRelayCounters {
  /** Events that the broker has confirmed. */
  readonly published: number;
  /** Entries that were removed after that. */
  readonly removed: number;
  /** Entries that were set aside, damaged or refused. */
  readonly setAside: number;
}

/** Sums up what the workers of a relay do. */
export class RelayTally {
  #published = 0;
  #removed = 0;
  #setAside = 0;

  add({ published = 0, removed = 0, setAside = 0 }: Partial<OutboxRelayCounters>): void {
    this.#published += published;
    this.#removed += removed;
    this.#setAside += setAside;
  }

  /** A copy. */
  get counters(): OutboxRelayCounters {
    return { published: this.#published, removed: this.#removed, setAside: this.#setAside };
  }
}
