import { InvalidArgumentError } from "@plinth/core/errors";

const namePattern = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;

/** The most characters of the name of an event or of a subscription. */
const longestName = 128;

/**
 * Throws `invalid_argument` unless a name can name an event or a subscription: it becomes part of the
 * names of queues and of routing keys, where other characters mean something.
 *
 * @param what begins the message: `Event`, `Subscription`
 */
export function checkName(what: string, name: unknown): void {
  if (typeof name === "string" && name.length <= longestName && namePattern.test(name)) return;
  const shown = JSON.stringify(typeof name === "string" ? name.slice(0, 200) : String(name));
  throw new InvalidArgumentError(
    `${what} ${shown}: the name must be words of lower-case letters, digits and single hyphens, joined by dots, ${longestName} characters at most, such as "users.user-created".`,
  );
}
