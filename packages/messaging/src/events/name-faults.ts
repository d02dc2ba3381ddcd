const eventPattern = /^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*(?:\.[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*)*$/;
const subscriptionPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;

/** How many characters the name of an event or of a subscription may have. */
const maxNameLength = 128;

/**
 * What is wrong with the name of an event; `undefined` if it is valid. It becomes part of routing keys,
 * in which other characters have a meaning. Capitals and underscores are for events of other programs.
 */
export function eventNameFault(name: unknown): string | undefined {
  if (fits(name, eventPattern)) return undefined;
  return `Event ${shown(name)}: the name must be words of letters, digits, and single hyphens or underscores, joined by dots, ${maxNameLength} characters at most, such as "users.user-created".`;
}

/** The same for a subscription, whose name becomes part of the names of queues. */
export function subscriptionNameFault(name: unknown): string | undefined {
  if (fits(name, subscriptionPattern)) return undefined;
  return `Subscription ${shown(name)}: the name must be words of lower-case letters, digits and single hyphens, joined by dots, ${maxNameLength} characters at most, such as "mails.on-user-created".`;
}

function fits(name: unknown, pattern: RegExp): boolean {
  return typeof name === "string" && name.length <= maxNameLength && pattern.test(name);
}

function shown(name: unknown): string {
  return JSON.stringify(typeof name === "string" ? name.slice(0, 200) : String(name));
}
