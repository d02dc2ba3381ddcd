import { type Binding, Clock, Logger, type Token, type TokenValues } from "@plinth/core";
import { Database } from "@plinth/data";
import { EventBus } from "../bus/event-bus.ts";
import { Inbox, type InboxOptions } from "./inbox.ts";
import { Outbox, type OutboxOptions } from "./outbox.ts";
import { OutboxRelay } from "./outbox-relay.ts";
import type { OutboxRelayOptions } from "./relay-settings.ts";

type Needed = readonly Token<unknown>[];

/**
 * Binds `Outbox`, with the bound `Database` and `EventBus`. It creates or checks its table when the app starts, so
 * that a missing table stops the app before it listens.
 *
 * @param dependencies Tokens of the arguments of `optionsOf`. Default: none.
 * @param optionsOf Makes the options. Default: none, with the app's clock.
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
 * Binds `OutboxRelay`, which publishes the events of the bound `Outbox` with the bound `EventBus` while the app
 * runs. Its backlog and lag are details of its health check. A service may have it in every process, in
 * some, or in a process of its own.
 *
 * @param dependencies Tokens of the arguments of `optionsOf`. Default: none.
 * @param optionsOf Makes the options. Default: none, with the app's clock and logger.
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
 * Binds `Inbox`, with the bound `Database`. It creates or checks its table when the app starts.
 *
 * @param dependencies Tokens of the arguments of `optionsOf`. Default: none.
 * @param optionsOf Makes the options. Default: none, with the app's clock.
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
