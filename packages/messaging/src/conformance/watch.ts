import type { EventBus } from "../bus/event-bus.ts";
import type { Observation } from "../bus/observation.ts";

/** Records what a bus does, and waits for it. */
export class Watch {
  readonly seen: Observation[] = [];
  readonly #patience: number;
  readonly #waiting = new Set<() => void>();

  constructor(bus: EventBus, patience: number) {
    this.#patience = patience;
    bus.observe((observation) => {
      this.seen.push(observation);
      for (const check of this.#waiting) check();
    });
  }

  /** The observations of one kind. */
  of<K extends Observation["kind"]>(kind: K): Extract<Observation, { kind: K }>[] {
    return this.seen.filter(
      (observation): observation is Extract<Observation, { kind: K }> => observation.kind === kind,
    );
  }

  /** Resolves when there were so many observations of one kind. */
  async count<K extends Observation["kind"]>(
    kind: K,
    wanted: number,
  ): Promise<Extract<Observation, { kind: K }>[]> {
    if (this.of(kind).length < wanted) {
      await new Promise<void>((resolve, reject) => {
        const check = (): void => {
          if (this.of(kind).length < wanted) return;
          clearTimeout(timer);
          this.#waiting.delete(check);
          resolve();
        };
        const timer = setTimeout(() => {
          this.#waiting.delete(check);
          const kinds = this.seen.map((observation) => observation.kind).join(", ");
          reject(
            new Error(`There were no ${wanted} observations of ${kind} in time; seen: ${kinds}`),
          );
        }, this.#patience);
        this.#waiting.add(check);
      });
    }
    return this.of(kind);
  }
}
