import { redactText } from "@plinth/core";
import { isServiceError, toServiceError } from "@plinth/core/errors";
import { type Refusal, refusalOf } from "../bus/refusal.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import type { PendingEntry } from "./pending-lanes.ts";

/** Publishes envelopes. Resolves when the broker has accepted all of them. */
export type PublishEnvelopes = (envelopes: readonly EventEnvelope[]) => Promise<void>;

/** An entry that was not accepted, and why. */
export interface RefusedEntry {
  readonly entry: PendingEntry;
  readonly reason: string;
  /** `"by the bus"`: it is not valid, and was not sent. */
  readonly refusal: Refusal | "by the bus";
}

/** The result of publishing lanes. */
export interface PublishedLanes {
  /** Entries of which the broker has accepted all events. */
  readonly confirmed: readonly PendingEntry[];
  readonly refused: readonly RefusedEntry[];
  /** How many events were accepted. */
  readonly events: number;
  /** Why it ended early. Absent: it did not end early. */
  readonly failure?: { readonly error: unknown } | undefined;
}

/** The maximum number of events in one call, and in all calls at a time. */
const maxAtOnce = 500;

/**
 * Publishes lanes in parallel, and the events of a lane one after the other: each only after the broker's confirm
 * for the previous one. Each call has events of one entry only, so that a rejected call tells the refused entry.
 * The bus sends calls of one moment together.
 *
 * A lane ends at an entry that the broker refused, and goes on after one that the bus refused.
 *
 * @param mayGoOn Called before each call.
 */
export async function publishLanes(
  lanes: readonly (readonly PendingEntry[])[],
  publish: PublishEnvelopes,
  mayGoOn: () => boolean,
): Promise<PublishedLanes> {
  const confirmed: PendingEntry[] = [];
  const refused: RefusedEntry[] = [];
  let events = 0;
  let failure: PublishedLanes["failure"];
  const room = new Room(maxAtOnce);

  /** @returns whether the lane goes on */
  async function publishEntry(entry: PendingEntry): Promise<boolean> {
    for (const part of partsOf(entry)) {
      await room.take(part.length);
      try {
        if (failure !== undefined || !mayGoOn()) return false;
        await publish(part);
        events += part.length;
      } catch (error) {
        const isInvalid = isServiceError(error, "invalid_argument");
        const refusal = isInvalid ? "by the bus" : refusalOf(error);
        if (refusal === undefined) failure ??= { error };
        else refused.push({ entry, reason: reasonOf(error), refusal });
        return isInvalid;
      } finally {
        room.give(part.length);
      }
    }
    confirmed.push(entry);
    return true;
  }

  await Promise.all(
    lanes.map(async (lane) => {
      for (const entry of lane) if (!(await publishEntry(entry))) return;
    }),
  );
  return { confirmed, refused, events, failure };
}

/** Limits the number of events under way; the others wait in order. */
class Room {
  #free: number;
  readonly #waiting: { readonly size: number; readonly enter: () => void }[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  async take(size: number): Promise<void> {
    if (this.#waiting.length === 0 && size <= this.#free) {
      this.#free -= size;
      return;
    }
    await new Promise<void>((enter) => this.#waiting.push({ size, enter }));
  }

  give(size: number): void {
    this.#free += size;
    for (let next = this.#waiting[0]; next !== undefined && next.size <= this.#free;) {
      this.#free -= next.size;
      this.#waiting.shift();
      next.enter();
      [next] = this.#waiting;
    }
  }
}

function partsOf({ envelopes, place }: PendingEntry): readonly (readonly EventEnvelope[])[] {
  if (place !== undefined) return envelopes.map((envelope) => [envelope]);
  return Array.from({ length: Math.ceil(envelopes.length / maxAtOnce) }, (_, index) =>
    envelopes.slice(index * maxAtOnce, (index + 1) * maxAtOnce),
  );
}

function reasonOf(error: unknown): string {
  const { code, message } = toServiceError(error);
  return `The bus refused it (${code}): ${redactText(message)}`;
}
