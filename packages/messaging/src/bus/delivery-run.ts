import type { Delivery } from "../subscriptions/event-handler.ts";

/** One run of a handler. Its signal is made on first use. */
export class DeliveryRun {
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason);
    }
    return this.#controller.signal;
  }

  /** Aborts the signal. The first reason counts. */
  abort(reason: unknown): void {
    this.#aborted ??= { reason };
    this.#controller?.abort(reason);
  }
}

/** A delivery without its signal. */
type Facts = Omit<Delivery, "signal">;

/** The delivery that a handler gets. Frozen. */
export class HandedDelivery implements Delivery {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly key: string | undefined;
  readonly time: number;
  readonly correlationId: string | undefined;
  readonly attempt: number;
  readonly redelivered: boolean;
  readonly subscription: string;
  readonly #run: DeliveryRun;

  constructor(facts: Facts, run: DeliveryRun) {
    this.id = facts.id;
    this.source = facts.source;
    this.type = facts.type;
    this.key = facts.key;
    this.time = facts.time;
    this.correlationId = facts.correlationId;
    this.attempt = facts.attempt;
    this.redelivered = facts.redelivered;
    this.subscription = facts.subscription;
    this.#run = run;
    Object.freeze(this);
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }
}
