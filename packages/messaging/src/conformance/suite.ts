import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, onTestFinished, test } from "vitest";
import { EventBus, type EventBusOptions } from "../bus/event-bus.ts";
import type { OutgoingMessage } from "../driver/message.ts";
import type {
  ConnectionState,
  DriverSubscriptionDefinition,
  MessagingCapabilities,
  MessagingDriver,
} from "../driver/messaging-driver.ts";
import { Probe, type Receive } from "./probe.ts";

/** Options of {@link describeMessagingConformance}. */
export interface ConformanceOptions {
  /** Names the driver in the titles of the tests. */
  readonly name: string;
  /** Makes a driver that is not open yet. All drivers must reach the same broker. */
  readonly createDriver: () => MessagingDriver | Promise<MessagingDriver>;
  /**
   * Breaks the connection of an open driver from outside, as a network fault does; the broker stays up.
   * Connections of other drivers may break with it. Resolves when it is broken. Default: its tests are skipped.
   */
  readonly interrupt?: ((driver: MessagingDriver) => Promise<void> | void) | undefined;
  /** Names of the groups to run, such as `"ordering"`. Default: all. */
  readonly groups?: readonly string[] | undefined;
  /** Milliseconds to wait for an expected delivery. Default: 10,000. */
  readonly patience?: number | undefined;
}

/** An open driver with the states of its connection. */
export interface OpenDriver {
  readonly driver: MessagingDriver;
  readonly states: readonly ConnectionState["kind"][];
}

/** Delays of retries that a test waits for, in milliseconds. */
export const shortDelays: readonly number[] = [40, 80];

/** A delay that is longer than any test, in milliseconds. */
export const endlessDelay = 3_600_000;

/** What the groups of tests use. */
export class Suite {
  readonly options: ConformanceOptions;
  #shared: OpenDriver | undefined;

  /** Declares the hooks that open and close the shared driver: call it inside a `describe`. */
  constructor(options: ConformanceOptions) {
    this.options = options;
    beforeAll(async () => {
      this.#shared = await this.#open();
    });
    afterAll(async () => {
      await this.#shared?.driver.close();
    });
  }

  /** Milliseconds to wait for an expected delivery. */
  get patience(): number {
    return this.options.patience ?? 10_000;
  }

  /** The driver that tests publish with. */
  get driver(): MessagingDriver {
    if (this.#shared === undefined) throw new Error("The driver is open only while tests run.");
    return this.#shared.driver;
  }

  /** Another open driver on the same broker, closed at the end of the test. */
  async another(): Promise<OpenDriver> {
    const opened = await this.#open();
    let closed: Promise<void> | undefined;
    const close = opened.driver.close.bind(opened.driver);
    // A test may close it itself, and a driver is closed only once.
    opened.driver.close = () => {
      closed ??= close();
      return closed;
    };
    onTestFinished(() => opened.driver.close());
    return opened;
  }

  /** Declares tests that need a capability, and skips them if the driver does not have it. */
  testWith(capability: keyof MessagingCapabilities): typeof this.test {
    return (title, body) => {
      this.test(title, async (skip) => {
        if (!this.driver.capabilities[capability]) skip(`${this.driver.name}: no ${capability}`);
        await body(skip);
      });
    };
  }

  /** Declares a test. */
  test(title: string, body: (skip: (reason: string) => void) => Promise<void>): void {
    test(title, { timeout: this.patience * 2 }, ({ skip }) => body((reason) => skip(reason)));
  }

  /** Breaks the connection of a driver, or skips the test if `interrupt` is absent. */
  async interrupt(driver: MessagingDriver, skip: (reason: string) => void): Promise<void> {
    if (this.options.interrupt === undefined) skip("the option interrupt is absent");
    await this.options.interrupt?.(driver);
  }

  /** A name that no other test has, for a subscription or a type. */
  fresh(prefix = "conformance"): string {
    return `${prefix}.${randomUUID()}`;
  }

  /** A message as the bus would publish it. */
  message(type: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
    const id = more.id ?? randomUUID();
    const body = new TextEncoder().encode(JSON.stringify({ id }));
    return { id, type, body, contentType: "application/cloudevents+json", ...more };
  }

  /** Publishes messages with the shared driver. */
  async publish(...messages: readonly OutgoingMessage[]): Promise<void> {
    await this.driver.publish(messages, {});
  }

  /**
   * Consumes a subscription and records its deliveries until the end of the test.
   *
   * @param definition Only `types` has no default.
   * @param receive Settles a delivery. Default: as done.
   * @param driver Default: the shared one.
   */
  async consume(
    definition: Pick<DriverSubscriptionDefinition, "types"> & Partial<DriverSubscriptionDefinition>,
    receive: Receive = () => ({ kind: "done" }),
    driver: MessagingDriver = this.driver,
  ): Promise<Probe> {
    const probe = new Probe(
      {
        name: this.fresh(),
        concurrency: 4,
        ordered: false,
        retryDelays: shortDelays,
        ...definition,
      },
      receive,
      this.patience,
    );
    await probe.start(driver);
    onTestFinished(() => probe.close());
    return probe;
  }

  /** A bus with a driver of its own, closed at the end of the test. */
  async bus(options: Partial<EventBusOptions> = {}): Promise<EventBus> {
    const bus = new EventBus(await this.options.createDriver(), { source: "suite", ...options });
    onTestFinished(() => bus.close());
    await bus.open();
    return bus;
  }

  /** Repeats a check until it passes: for facts that a broker knows only later, such as counts. */
  async eventually(check: () => Promise<void>): Promise<void> {
    const end = performance.now() + this.patience;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (performance.now() > end) throw error;
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
      }
    }
  }

  async #open(): Promise<OpenDriver> {
    const driver = await this.options.createDriver();
    const states: ConnectionState["kind"][] = [];
    await driver.open({
      name: "conformance",
      onConnection: ({ kind }) => states.push(kind),
      onError: () => undefined,
    });
    return { driver, states };
  }
}
