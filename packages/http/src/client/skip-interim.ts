import type { Socket } from "node:net";

const endOfHead = "\r\n\r\n";
/** Longer heads are left to the parser, which refuses them. */
const maxHead = 16_384;
/** 101 ends HTTP on a connection. The client did not ask for that, and the parser refuses it. */
const interim = /^HTTP\/1\.[01] 1(?!01)[0-9]{2}/;
const interimStart = "HTTP/1.1 1";

/** Whether a text that has just begun can still become an interim response. */
function mayBecomeInterim(text: string): boolean {
  return interim.test(text)
    ? text.length < maxHead
    : text.length < 12 && interimStart.startsWith(text.slice(0, interimStart.length));
}

/** The received bytes without interim responses, and whether to wait for more. */
function withoutInterim(received: Buffer): { readonly rest: Buffer; readonly waits: boolean } {
  let rest = received;
  for (;;) {
    const head = rest.toString("latin1", 0, maxHead);
    const end = head.indexOf(endOfHead);
    if (end < 0 || !interim.test(head)) return { rest, waits: mayBecomeInterim(head) && end < 0 };
    rest = rest.subarray(end + endOfHead.length);
  }
}

/**
 * Removes interim responses (100, 102, 103, …) from the bytes that a socket receives. A server may send them
 * unasked before any response (RFC 9110, section 15.2). undici closes the connection at a 100.
 *
 * It looks only at the beginning of a response, after a request was written. On a connection, each request
 * follows the response to the one before.
 */
export function skipInterim<S extends Socket>(socket: S): S {
  const push = socket.push.bind(socket);
  const write = socket.write.bind(socket) as (...parts: unknown[]) => boolean;
  let awaits = false;
  let kept: Buffer | undefined;

  socket.write = (...parts: unknown[]) => {
    awaits = true;
    return write(...parts);
  };

  socket.push = (chunk: Buffer | null, encoding) => {
    if (!awaits) return push(chunk, encoding);
    if (chunk === null) {
      if (kept !== undefined) push(kept);
      return push(chunk);
    }
    const { rest, waits } = withoutInterim(
      kept === undefined ? chunk : Buffer.concat([kept, chunk]),
    );
    kept = waits && rest.length > 0 ? rest : undefined;
    // There is nothing to pass on yet.
    if (waits || rest.length === 0) return true;
    awaits = false;
    return push(rest);
  };
  return socket;
}
