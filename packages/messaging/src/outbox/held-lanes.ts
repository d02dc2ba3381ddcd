import type { Refusal } from "../bus/refusal.ts";
import type { RefusedEntry } from "./publish-lanes.ts";
import type { PendingEntry } from "./pending-lanes.ts";

/**
 * How often an entry is tried. One that the broker refuses for now is tried for at most half a minute: each attempt
 * gives the event again to subscriptions that have room.
 */
const maxAttempts: Readonly<Record<Refusal, number>> = { "for now": 7, "for good": 3 };
/** The pauses between attempts, in milliseconds: they double up to the maximum. */
const firstPause = 500;
const maxPause = 16_000;

interface HeldLane {
  readonly attempts: number;
  /** By `performance.now`. */
  readonly until: number;
  /** Whether a poll has begun since then. */
  isOver: boolean;
}

/** Holds lanes whose first entry the broker refused, so that the others go on. */
export class HeldLanes {
  readonly #lanes = new Map<string, HeldLane>();

  /** Whether a lane is held now. */
  has(lane: readonly PendingEntry[]): boolean {
    const held = lane[0] === undefined ? undefined : this.#lanes.get(nameOf(lane[0]));
    return held !== undefined && held.until > performance.now();
  }

  /** Milliseconds until the next lane may be tried again, once for each. `undefined`: there is none. */
  wait(): number | undefined {
    const now = performance.now();
    let first: number | undefined;
    for (const lane of this.#lanes.values()) {
      if (lane.isOver) continue;
      lane.isOver = lane.until <= now;
      const left = Math.max(1, lane.until - now);
      first = Math.min(first ?? left, left);
    }
    return first;
  }

  /**
   * Holds the lane of a refused entry.
   *
   * @returns Whether the entry may be tried again.
   */
  hold({ entry, refusal }: RefusedEntry): boolean {
    const name = nameOf(entry);
    const attempts = (this.#lanes.get(name)?.attempts ?? 0) + 1;
    this.#lanes.delete(name);
    if (refusal === "by the bus" || attempts >= maxAttempts[refusal]) return false;
    const span = Math.min(maxPause, firstPause * 2 ** (attempts - 1));
    // Half of it at random: relays that met the same full queue come back at different times.
    const pause = span * (0.5 + Math.random() / 2);
    this.#lanes.set(name, { attempts, until: performance.now() + pause, isOver: false });
    return true;
  }

  /** Releases the lane of an entry that was accepted. */
  release(entry: PendingEntry): void {
    if (this.#lanes.size > 0) this.#lanes.delete(nameOf(entry));
  }
}

function nameOf({ id, place }: PendingEntry): string {
  return place?.lane ?? id;
}
