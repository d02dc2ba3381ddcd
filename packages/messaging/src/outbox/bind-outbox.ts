import { type Binding, Clock, Logger, type Token, type TokenValues } from "@plinth/core";
import { Database } from "@plinth/data";
import { EventBus } from "../bus/event-bus.ts";
import { Inbox, type InboxOptions } from "./inbox.ts";
import { Outbox, type OutboxOptions } from "./outbox.ts";
import { OutboxRelay } from "./outbox-relay.ts";
import type { OutboxRelayOptions } from "./relay-settings.ts";

type Needed = readonly Token<unknown>[];

/**
 * Binds `Outbox` over the bound `Database` and `EventBus`. At start it creates or checks its table, so
 * that a missing one stops the app before it listens.
 *
 * @param dependencies tokens of what `optionsOf` needs. Default: none
 * @param optionsOf makes the options. Default: none; the clock is the app's
 */
export function bindOutbox<const D extends Needed = readonly []>(
  dependencies?: D,
  optionsOf?: (...resolved: TokenValues<D>) => OutboxOptions,
): Binding {
  const needed = dependencies ?? ([] as unknown as D);
  return (binder) =>
    binder.bind(Outbox).toResource([Database, EventBus, Clock, ...needed], {
      create: (database: Database, bus: EventBus, clock: Clock, ...resolved: unknown[]) =>
        new Outbox(database, bus, {
          clock: () => clock.now(),
          ...optionsOf?.(...(resolved as TokenValues<D>)),
        }),
      start: (outbox: Outbox) => outbox.open(),
    });
}

/**
 * Binds `OutboxRelay`, which publishes what is in the bound `Outbox` through the bound `EventBus` from
 * start to stop. Its backlog and lag are details of its health check. A service may have it in every
 * process, in some, or in one of its own.
 *
 * @param dependencies tokens of what `optionsOf` needs. Default: none
 * @param optionsOf makes the options. Default: none; clock and logger are the app's
 */
export function bindOutboxRelay<const D extends Needed = readonly []>(
  dependencies?: D,
  optionsOf?: (...resolved: TokenValues<D>) => OutboxRelayOptions,
): Binding {
  const needed = dependencies ?? ([] as unknown as D);
  return (binder) =>
    binder.bind(OutboxRelay).toResource([Outbox, EventBus, Clock, Logger, ...needed], {
      create: (
        outbox: Outbox,
        bus: EventBus,
        clock: Clock,
        logger: Logger,
        ...resolved: unknown[]
      ) =>
        new OutboxRelay(outbox, bus, {
          clock: () => clock.now(),
          logger,
          ...optionsOf?.(...(resolved as TokenValues<D>)),
        }),
      start: (relay: OutboxRelay) => relay.start(),
      health: (relay: OutboxRelay) => relay.health(),
      drain: (relay: OutboxRelay, options) => relay.drain(options),
      close: (relay: OutboxRelay) => relay.close(),
    });
}

/**
 * Binds `Inbox` over the bound `Database`. At start it creates or checks its table.
 *
 * @param dependencies tokens of what `optionsOf` needs. Default: none
 * @param optionsOf makes the options. Default: none; the clock is the app's
 */
export function bindInbox<const D extends Needed = readonly []>(
  dependencies?: D,
  optionsOf?: (...resolved: TokenValues<D>) => InboxOptions,
): Binding {
  const needed = dependencies ?? ([] as unknown as D);
  return (binder) =>
    binder.bind(Inbox).toResource([Database, Clock, ...needed], {
      create: (database: Database, clock: Clock, ...resolved: unknown[]) =>
        new Inbox(database, {
          clock: () => clock.now(),
          ...optionsOf?.(...(resolved as TokenValues<D>)),
        }),
      start: (inbox: Inbox) => inbox.open(),
    });
}
