import type { Logger } from "@plinth/core";
import { UnavailableError } from "@plinth/core/errors";
import type { ConnectionState, MessagingDriver } from "../driver/messaging-driver.ts";

/** The state of the connection to the broker. Logs its changes. */
export class Connection {
  readonly #driver: MessagingDriver;
  readonly #logger: Logger | undefined;
  #state: ConnectionState | undefined;

  constructor(driver: MessagingDriver, logger: Logger | undefined) {
    this.#driver = driver;
    this.#logger = logger;
  }

  /** The broker, for messages: `RabbitMQ at 127.0.0.1:5672`. */
  get broker(): string {
    const where = this.#driver.endpoint?.();
    return where === undefined ? this.#driver.name : `${this.#driver.name} at ${where}`;
  }

  /** The latest state; absent before the first. */
  get state(): ConnectionState | undefined {
    return this.#state;
  }

  /** Why nothing can be published at the moment; `undefined` if events can be published. */
  get fault(): UnavailableError | undefined {
    const state = this.#state;
    if (state?.kind === "connected") return undefined;
    if (state?.kind === "blocked") {
      return new UnavailableError(`${this.broker} takes no messages now: ${state.reason}.`);
    }
    return new UnavailableError(`${this.broker} cannot be reached.`, { cause: state?.reason });
  }

  /** Takes the state that the driver reports. */
  changed(state: ConnectionState): void {
    const before = this.#state;
    this.#state = state;
    switch (state.kind) {
      case "connected":
        if (before !== undefined) this.#logger?.info(`${this.broker} is back.`);
        break;
      case "disconnected":
        // Once, not for every attempt to reconnect.
        if (before?.kind !== "disconnected") {
          this.#logger?.warn(`The connection to ${this.broker} broke; it is being restored.`, {
            error: state.reason,
          });
        }
        break;
      case "blocked":
        this.#logger?.warn(`${this.broker} takes no messages now.`, { reason: state.reason });
    }
  }
}
