import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { DeclarationError, InvalidArgumentError, isServiceError } from "@plinth/core/errors";
import type { Database, RepositoryAction } from "@plinth/data";
import { backOff } from "@plinth/support/back-off";
import { wholeNumberFault } from "@plinth/support/numbers";
import type { Delivery } from "../subscriptions/event-handler.ts";
import { InboxMarkers } from "./inbox-markers.ts";
import { lostRace, tellApplied } from "./mark-own.ts";

/** Options of an {@link Inbox}. */
export interface InboxOptions {
  /** Its table or collection. Default: `"inbox"`. */
  readonly collection?: string | undefined;
  /**
   * How long an event that was applied is recognized, in milliseconds. It has to be longer than an
   * event can take to arrive, with outages and retries. Default: seven days.
   */
  readonly remember?: number | undefined;
  /** The present, in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** Options of `once`. */
export interface OnceOptions {
  /** How often the actions are made if other writers are faster. Default: 30. */
  readonly attempts?: number | undefined;
}

/** What identifies an event of a subscription. */
export type DeliveredEvent = Pick<Delivery, "id" | "source" | "subscription">;

const sevenDays = 7 * 24 * 60 * 60 * 1000;
const defaultAttempts = 30;
const pauses = { first: 16, max: 400 };

/**
 * Makes the effect of an event on the records of a service idempotent: it happens once, however often the event
 * arrives, also in several processes at a time. Also the token under which apps bind it.
 */
export class Inbox {
  static {
    // Tells the check of an app's bindings how it is bound.
    Object.defineProperty(this, Symbol.for("plinth.binding"), {
      value: (): string => "bindInbox(...)",
    });
  }

  readonly #database: Database;
  readonly #markers: InboxMarkers;
  readonly #remember: number;
  readonly #clock: () => number;

  /**
   * Throws a `DeclarationError` if an option is out of its range.
   *
   * @param database Has the records that events change.
   */
  constructor(database: Database, options: InboxOptions = {}) {
    const { collection, remember = sevenDays, clock = Date.now } = options;
    const fault = wholeNumberFault("Inbox: remember", remember, { min: 1, unit: "milliseconds" });
    if (fault !== undefined) throw new DeclarationError(fault);
    this.#database = database;
    this.#markers = new InboxMarkers(database, { collection });
    this.#remember = remember;
    this.#clock = clock;
  }

  /** Creates or checks its table; see `open` of a repository. `bindInbox` calls it at the start. */
  open(): Promise<void> {
    return this.#markers.open();
  }

  /**
   * Applies writes and remembers the event, in one transaction. Does nothing if the event was applied
   * before. Rejects as `Database.transact` does: then nothing was applied; after `unavailable`,
   * `deadline_exceeded` and `cancelled` that is not known until the next delivery. Rejects with
   * `invalid_argument` if `attempts` is not valid.
   *
   * @param delivery The second argument of the handler.
   * @param makeActions Reads records and makes at most 99 actions. Called again if other writers change the
   *   records that it has read, so it must have no other effect.
   * @returns Whether it was applied now.
   */
  async once(
    delivery: DeliveredEvent,
    makeActions: () =>
      | readonly RepositoryAction<unknown>[]
      | Promise<readonly RepositoryAction<unknown>[]>,
    options: OnceOptions = {},
  ): Promise<boolean> {
    const { attempts = defaultAttempts } = options;
    const fault = wholeNumberFault("Inbox: attempts", attempts, { min: 1 });
    if (fault !== undefined) throw new InvalidArgumentError(fault);
    const { id: eventId, subscription } = delivery;
    const id = markerId(delivery);
    for (let attempt = 1; ; attempt += 1) {
      if ((await this.#markers.get(id)) !== undefined) return false;
      const made = await makeActions();
      const expiresAt = Math.floor(this.#clock() + this.#remember);
      const marker = this.#markers.action.create({ id, subscription, eventId, expiresAt });
      const actions = [...made, marker];
      try {
        await this.#database.transact(actions);
        tellApplied(made);
        return true;
      } catch (error) {
        // Any action may have been refused because the same event was applied a moment ago.
        if (await this.#wasApplied(id, error)) return false;
        const isWorthAnother = isServiceError(error, "aborted") || lostRace(error, actions);
        if (!isWorthAnother || attempt >= attempts) throw error;
      }
      await delay(backOff(attempt, pauses));
    }
  }

  /** Whether a transaction was refused because the event was applied before. */
  async #wasApplied(id: string, error: unknown): Promise<boolean> {
    if (!isServiceError(error) || error.details["failed"] === undefined) return false;
    return (await this.#markers.get(id)) !== undefined;
  }
}

/** Of fixed length. Ids are unique only for their source. */
function markerId({ id, source, subscription }: DeliveredEvent): string {
  return createHash("sha256")
    .update(JSON.stringify([subscription, source, id]))
    .digest("base64url");
}
