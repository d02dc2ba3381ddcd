import { randomUUID } from "node:crypto";
import type { ConnectionState, MessagingDriver, OutgoingMessage } from "../../src/index.ts";

/** A driver that is open, with what it told. */
export interface OpenDriver extends AsyncDisposable {
  readonly driver: MessagingDriver;
  readonly states: ConnectionState[];
  readonly errors: unknown[];
}

/** @param changed Told of each new state of the connection. Default: none. */
export async function openDriver(
  driver: MessagingDriver,
  name = "test",
  changed?: Condition,
): Promise<OpenDriver> {
  const states: ConnectionState[] = [];
  const errors: unknown[] = [];
  await driver.open({
    name,
    onConnection: (state) => {
      states.push(state);
      changed?.changed();
    },
    onError: (raw) => errors.push(raw),
  });
  return { driver, states, errors, [Symbol.asyncDispose]: () => driver.close() };
}

/** A message as the bus would publish it. */
export function messageOf(type: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const id = more.id ?? randomUUID();
  const body = new TextEncoder().encode(JSON.stringify({ id }));
  return { id, type, body, contentType: "application/cloudevents+json", ...more };
}

/** Resolves when `isTrue` holds; looks again whenever `changed` is called. */
export class Condition {
  readonly #checks = new Set<() => void>();

  changed(): void {
    for (const check of this.#checks) check();
  }

  /** @param timeout Milliseconds; then it rejects with what `seen` says. */
  until(isTrue: () => boolean, timeout: number, seen: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!isTrue()) return;
        this.#checks.delete(check);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#checks.delete(check);
        reject(new Error(`It did not come to that within ${timeout} ms: ${seen()}`));
      }, timeout);
      this.#checks.add(check);
      check();
    });
  }
}
