import { randomUUID } from "node:crypto";
import { UnavailableError } from "@plinth/core/errors";
import type { AnyDomainEvent, EventEnvelope } from "../../src/index.ts";

/** An event of the tests: no class, so that these tests stand on the outbox alone. */
export interface NumberedEvent extends AnyDomainEvent {
  readonly type: "numbers.numbered";
  readonly data: { readonly key?: string | undefined; readonly number: number };
}

export function numbered(number: number, key?: string): NumberedEvent {
  return { type: "numbers.numbered", data: { number, key } };
}

/** What becomes of a call of `publishEnvelopes`. */
export type Fate = "accepted" | "lost" | "unanswered" | "half";

/** A bus that writes down what the broker has, and fails as it is told. */
export class RecordingBus {
  /** What the broker has accepted, in that order, repetitions included. */
  readonly accepted: EventEnvelope[] = [];
  /** Decides what becomes of a call. */
  fate: () => Fate = () => "accepted";
  /** Refuses single envelopes for good. */
  refuse: (envelope: EventEnvelope) => Error | undefined = () => undefined;
  /** Called before each call. */
  before: () => Promise<void> | void = () => undefined;

  envelope(event: AnyDomainEvent): EventEnvelope {
    const { key, number } = event.data as NumberedEvent["data"];
    return {
      specversion: "1.0",
      id: randomUUID(),
      source: "tests",
      type: event.type,
      ...(key !== undefined && { subject: key }),
      time: new Date(0).toISOString(),
      datacontenttype: "application/json",
      dataversion: 1,
      data: { ...(JSON.parse(JSON.stringify(event.data)) as EventEnvelope["data"]), number },
    };
  }

  async publishEnvelopes(envelopes: readonly EventEnvelope[]): Promise<void> {
    await this.before();
    for (const envelope of envelopes) {
      const refusal = this.refuse(envelope);
      if (refusal !== undefined) throw refusal;
    }
    const fate = this.fate();
    if (fate === "accepted" || fate === "unanswered") this.accepted.push(...envelopes);
    // Any part of them, and not the first ones in particular.
    if (fate === "half") this.accepted.push(...envelopes.filter((_, index) => index % 2 === 1));
    if (fate !== "accepted") throw new UnavailableError("The broker does not answer.");
  }

  /** The numbers that the broker has accepted for a key, the first time of each. */
  numbersOf(key: string | undefined): readonly number[] {
    const numbers = this.accepted.flatMap(({ subject, data }) =>
      subject === key ? [data["number"] as number] : [],
    );
    return [...new Set(numbers)];
  }

  /** How many events the broker has, repetitions counted once. */
  get different(): number {
    return new Set(this.accepted.map(({ id }) => id)).size;
  }
}
