import type { ServerResponse } from "node:http";

/**
 * Whether a response that has closed went out whole; if not, the client left before. An injected request has
 * a stand-in for its socket, which stays open and may still hold what was written.
 */
export function isAnswered({ writableFinished, writableEnded, socket }: ServerResponse): boolean {
  return writableFinished || (writableEnded && socket?.destroyed === false);
}
