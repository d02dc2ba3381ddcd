import type { ErrorCode, LineLevel, LogFields } from "@plinth/core";
import type { AnyDomainEvent, AnyDomainEventClass } from "@plinth/messaging";
import { expect } from "vitest";
import { compareProblem, type ExpectedProblem } from "./to-be-problem.ts";
import { compareLog } from "./to-have-logged.ts";
import { comparePublished } from "./to-have-published.ts";

export type { ExpectedProblem };

expect.extend({
  toBeProblem(received: unknown, code: ErrorCode, expected?: ExpectedProblem) {
    return compareProblem(this, received, code, expected);
  },
  toHaveLogged(
    received: unknown,
    level?: LineLevel,
    message?: string | RegExp,
    fields?: LogFields,
  ) {
    return compareLog(this, received, level, message, fields);
  },
  toHavePublished(received: unknown, eventClass: AnyDomainEventClass, data?: object) {
    return comparePublished(this, received, eventClass, data);
  },
});

declare module "vitest" {
  // The name and default of the parameter are vitest's.
  // oxlint-disable-next-line typescript/no-explicit-any
  interface Matchers<T = any> {
    /**
     * Passes for a problem with this code: a service error, the body of a response, or a `Response` of
     * `fetch`; await the result for the latter.
     *
     * @param code The canonical code.
     * @param expected What else to compare: `detail` (a regular expression matches a part), `status`,
     *   `errors`, `details` and so on. Objects may have more fields. Default: nothing.
     */
    toBeProblem(
      code: ErrorCode,
      expected?: ExpectedProblem,
    ): T extends Response ? Promise<void> : void;
    /**
     * Passes for a `FakeLogger` that recorded such a line.
     *
     * @param level Default: any.
     * @param message The whole message, or a regular expression for a part of it. Default: any.
     * @param fields Fields that the line must have. Default: none.
     */
    toHaveLogged(level?: LineLevel, message?: string | RegExp, fields?: LogFields): void;
    /**
     * Passes for an `EventWatch` (the `events` fixture) that saw such an event published.
     *
     * @param data Fields of its data. A regular expression matches a part of a text, and objects may have
     *   more fields. Default: any.
     */
    toHavePublished<E extends AnyDomainEvent>(
      eventClass: AnyDomainEventClass & { readonly prototype: E },
      data?: { readonly [K in keyof E["data"]]?: unknown },
    ): void;
  }
}
