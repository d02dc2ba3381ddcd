import type { AnyDomainEvent, AnyDomainEventClass } from "@plinth/messaging";
import type { MatcherState } from "vitest";
import { EventWatch } from "../events/watch-events.ts";
import type { Comparison } from "./comparison.ts";
import { textPatterns } from "./text-patterns.ts";

/** Implements `expect(events).toHavePublished(UserCreated, data)`. */
export function comparePublished(
  state: MatcherState,
  received: unknown,
  eventClass: AnyDomainEventClass,
  data: object = {},
): Comparison {
  const { equals, utils, isNot } = state;
  if (!(received instanceof EventWatch)) {
    throw new TypeError(
      `toHavePublished needs the events fixture, or what watchEvents(...) gives; received ${utils.printReceived(received)}`,
    );
  }
  const { name } = eventClass.definition;
  const wanted = textPatterns(data);
  const published = received.published
    .of(eventClass as AnyDomainEventClass & { readonly prototype: AnyDomainEvent })
    .map(({ event }) => event.data);
  const testers = [utils.iterableEquality, utils.subsetEquality];
  const matching = published.filter((one) => equals(one, wanted, testers));
  const nearest = nearestData(published, wanted, (one, other) => equals(one, other, testers));
  const described = `"${name}"${Object.keys(data).length === 0 ? "" : ` with ${utils.printExpected(wanted)}`}`;
  return {
    pass: matching.length > 0,
    ...(nearest !== undefined && { actual: only(nearest, wanted), expected: wanted }),
    message: () =>
      isNot
        ? `expected no ${described} to be published; published were:\n${list(matching, utils.printReceived)}`
        : `expected ${described} to be published. ${published.length === 0 ? received.published.summary() : `Published under that name:\n${list(published, utils.printReceived)}`}`,
  };
}

/** The data that have most in common with the expected ones, for the diff. */
function nearestData(
  published: readonly object[],
  wanted: Readonly<Record<string, unknown>>,
  equal: (one: unknown, other: unknown) => boolean,
): object | undefined {
  const score = (data: object): number =>
    Object.entries(wanted).filter(([name, value]) => equal(Reflect.get(data, name), value)).length;
  return published.toSorted((one, other) => score(other) - score(one))[0];
}

function only(data: object, wanted: object): object {
  return Object.fromEntries(
    Object.keys(wanted).map((name) => [name, Reflect.get(data, name) as unknown]),
  );
}

const shownEvents = 20;

function list(published: readonly object[], print: (value: unknown) => string): string {
  const shown = published.slice(-shownEvents).map((data) => `  ${print(data)}`);
  const left = published.length - shown.length;
  return [...(left > 0 ? [`  … ${left} more before these`] : []), ...shown].join("\n");
}
