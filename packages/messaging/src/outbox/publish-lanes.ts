import { redactText } from "@plinth/core";
import { isServiceError, toServiceError } from "@plinth/core/errors";
import { type Refusal, refusalOf } from "../bus/refusal.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import type { PendingEntry } from "./pending-lanes.ts";

/** Publishes envelopes; resolves when the broker has accepted all of them. */
export type PublishEnvelopes = (envelopes: readonly EventEnvelope[]) => Promise<void>;

/** An entry that was not accepted, and why. */
export interface RefusedEntry {
  readonly entry: PendingEntry;
  readonly reason: string;
  /** `"by the bus"`: before anything was sent, and so for ever. */
  readonly refusal: Refusal | "by the bus";
}

/** How far the publishing of some lanes got. */
export interface PublishedLanes {
  /** Entries whose events the broker has accepted, all of them. */
  readonly confirmed: readonly PendingEntry[];
  readonly refused: readonly RefusedEntry[];
  /** How many events were accepted. */
  readonly events: number;
  /** Why it ended early. Absent: it did not. */
  readonly failure?: { readonly error: unknown } | undefined;
}

/** The most events of one call, and of all calls at a time. */
const maxAtOnce = 500;

/**
 * Publishes lanes side by side, and within a lane one event after the other: each only when the broker
 * has confirmed the one before. Each call has the events of one entry at most, so that what is refused is
 * known by its call; the bus sends calls of one moment together.
 *
 * A lane ends with an entry that the broker refused, and goes on behind one that the bus refused.
 *
 * @param mayGoOn asked before each call
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

/** Lets so many events be on their way at a time; the others wait in the order in which they came. */
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
