import type { Binding, Token, TokenValues } from "@plinth/core";
import { UnimplementedError } from "@plinth/core/errors";
import type { MessagingDriver } from "../driver/messaging-driver.ts";

/**
 * Binds `EventBus`: connected when the app starts, consuming once everything is made, closed when the
 * app stops and the handlers at work are done.
 *
 * @param dependencies tokens of what `create` needs, such as the config class
 * @param create makes the driver
 */
export function eventBusBinding<const D extends readonly Token<unknown>[]>(
  _dependencies: D,
  _create: (...resolved: TokenValues<D>) => MessagingDriver | Promise<MessagingDriver>,
): Binding {
  throw new UnimplementedError("eventBusBinding is being written.");
}
