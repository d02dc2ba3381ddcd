import { isDeepStrictEqual } from "node:util";
import { CheckError } from "../method/check-error.ts";
import type { Observed } from "./observe-client.ts";

/**
 * Ends the run where a client does something else than the raw one.
 *
 * @throws CheckError with the first difference
 */
export function compareObserved(name: string, found: Observed, expected: Observed): void {
  const show = (value: unknown): string => JSON.stringify(value)?.slice(0, 700) ?? "nothing";
  const differ = (what: string, one: unknown, other: unknown): void => {
    if (isDeepStrictEqual(one, other)) return;
    throw new CheckError(
      `${name} does not do the same as the raw AMQP client: ${what} is ${show(one)}, not ${show(other)}.`,
    );
  };
  for (const [index, message] of expected.messages.entries()) {
    differ(`message ${index} on the broker`, found.messages[index], message);
  }
  for (const [index, handled] of expected.handled.entries()) {
    differ(`what the handler got of event ${index}`, found.handled[index], handled);
  }
  differ("everything", found, expected);
}
