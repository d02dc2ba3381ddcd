import type { Logger } from "@plinth/core";
import { DeclarationError } from "@plinth/core/errors";
import { type WholeNumberBounds, wholeNumberFault } from "@plinth/support/numbers";
import { maxTimerDelay } from "@plinth/support/race";

/** Options of an `OutboxRelay`. */
export interface OutboxRelayOptions {
  /** Names this relay among the relays of its outbox. Default: a random UUID. */
  readonly id?: string | undefined;
  /**
   * How long a relay owns its parts of the outbox without renewing its lease, in milliseconds; then other
   * relays take them over. It renews after a third of that time. Default: 15,000.
   */
  readonly leaseDuration?: number | undefined;
  /**
   * Milliseconds between two polls of the outbox. Events that are written in this process are published at
   * once; polling finds those of other processes. Default: 1,000.
   */
  readonly pollInterval?: number | undefined;
  /**
   * The longest interval in milliseconds: each poll that finds nothing doubles it, and the next event
   * resets it. At least `pollInterval`. Default: five times `pollInterval`.
   */
  readonly maxPollInterval?: number | undefined;
  /** How many entries are read at a time from each of the outbox's eight parts: 1 to 1,000. Default: 100. */
  readonly batchSize?: number | undefined;
  /** Milliseconds to wait for the broker's confirm before a retry. Default: 10,000. */
  readonly publishTimeout?: number | undefined;
  /**
   * The age of the oldest pending event, in milliseconds, from which a warning is logged, once a minute.
   * Default: 30,000.
   */
  readonly warnAfter?: number | undefined;
  /** The present, in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
  /** Default: nothing is logged. */
  readonly logger?: Logger | undefined;
}

/** The options without those that every relay has for itself, with defaults and checked. */
export interface RelaySettings {
  readonly leaseDuration: number;
  readonly pollInterval: number;
  readonly maxPollInterval: number;
  readonly batchSize: number;
  readonly publishTimeout: number;
  readonly warnAfter: number;
}

/** Applies the defaults. Throws a `DeclarationError` if an option is out of its range. */
export function relaySettings(options: OutboxRelayOptions): RelaySettings {
  const { leaseDuration = 15_000, pollInterval = 1_000, batchSize = 100 } = options;
  const { maxPollInterval = Math.min(5 * pollInterval, maxTimerDelay) } = options;
  const { publishTimeout = 10_000, warnAfter = 30_000 } = options;
  const unit = "milliseconds";
  check("leaseDuration", leaseDuration, { min: 100, unit });
  check("pollInterval", pollInterval, { min: 1, max: maxTimerDelay, unit });
  check("maxPollInterval", maxPollInterval, { min: pollInterval, max: maxTimerDelay, unit });
  check("batchSize", batchSize, { min: 1, max: 1_000 });
  check("publishTimeout", publishTimeout, { min: 1, unit });
  return { leaseDuration, pollInterval, maxPollInterval, batchSize, publishTimeout, warnAfter };
}

function check(option: string, value: number, bounds: WholeNumberBounds): void {
  const fault = wholeNumberFault(`OutboxRelay: ${option}`, value, bounds);
  if (fault !== undefined) throw new DeclarationError(fault);
}
