import { UnimplementedError } from "@plinth/core/errors";
import { expect } from "vitest";
import { EventBus } from "../bus/event-bus.ts";
import type { MessagingDriver } from "../driver/messaging-driver.ts";
import { happenedAs } from "./happened-as.ts";
import type { Suite } from "./suite.ts";

/** The capabilities of a driver, and calls that need an absent one. */
export function describeCapabilities(suite: Suite): void {
  suite.test("the capabilities are declared as they are", async () => {
    const { capabilities, letters, name } = suite.driver;
    expect(name).toMatch(/\S/);
    expect(Object.values(capabilities).map((value) => typeof value)).toEqual(
      Object.keys(capabilities).map(() => "boolean"),
    );
    expect(capabilities.letters).toBe(letters !== undefined);
  });

  suite.test("the endpoint shows no credentials", async () => {
    const endpoint = suite.driver.endpoint?.();
    expect(endpoint ?? "").not.toMatch(/@|password|guest/i);
  });

  suite.test("an error of another origin has no code", async () => {
    expect(suite.driver.errorCode(new TypeError("x is not a function"))).toBeUndefined();
    expect(suite.driver.errorCode(undefined)).toBeUndefined();
  });

  /** The same driver with fewer capabilities. */
  const lesser = (): MessagingDriver => ({
    name: "Lesser",
    capabilities: { ...suite.driver.capabilities, ordered: false, letters: false },
    open: async () => undefined,
    publish: (messages, options) => suite.driver.publish(messages, options),
    subscribe: (definition, receive) => suite.driver.subscribe(definition, receive),
    errorCode: (raw) => suite.driver.errorCode(raw),
    close: async () => undefined,
  });

  suite.test("without order, ordered subscriptions are refused", async () => {
    const bus = new EventBus(lesser(), { source: "suite" });
    const options = {
      events: [happenedAs("suite.happened")],
      handler: { handle: () => undefined },
    } as const;
    const refused = bus.subscribe(suite.fresh(), { ...options, ordered: true });
    await expect(refused).rejects.toThrow(UnimplementedError);
  });

  suite.test("without letters, listing, replaying and removing are refused", async () => {
    const { deadLetters, skippedLetters } = new EventBus(lesser(), { source: "suite" });
    for (const letters of [deadLetters, skippedLetters]) {
      const calls = [
        letters.count("a"),
        letters.list("a"),
        letters.inspect("a", "x"),
        letters.replay("a", "x"),
        letters.remove("a", "x"),
        letters.replayAll("a"),
        letters.removeAll("a"),
      ];
      for (const call of calls) await expect(call).rejects.toThrow(UnimplementedError);
    }
  });
}
