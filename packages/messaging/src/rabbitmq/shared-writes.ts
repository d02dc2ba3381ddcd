import type { Writable } from "node:stream";

/** The part of a socket that is needed. */
export type CorkableStream = Pick<Writable, "cork" | "uncork" | "on" | "prependListener">;

// Kept from fake timers, as the client does: they must not stop a write.
const nextTick = process.nextTick.bind(process);
const afterInput = setImmediate;

/**
 * Joins the writes of several callers to a connection in one turn of the event loop into one write to
 * its socket. Nothing is sent later: the client itself writes at the end of a turn.
 */
export class SharedWrites {
  readonly #stream: CorkableStream;
  #isJoining = false;

  /** @param stream The stream to which the client writes frames. */
  constructor(stream: CorkableStream) {
    this.#stream = stream;
    // The client writes more when the stream has drained: a listener on either side joins that.
    stream.prependListener("drain", () => stream.cork());
    stream.on("drain", () => stream.uncork());
  }

  /** Joins the writes of this turn. Call it right after publishing. */
  join(): void {
    if (this.#isJoining) return;
    this.#isJoining = true;
    this.#stream.cork();
    // After publishing, the client waits for the next tick and then for the end of the turn, too. It asked
    // first, so it has written by then.
    nextTick(() => afterInput(() => this.#end()));
  }

  #end(): void {
    this.#isJoining = false;
    this.#stream.uncork();
  }
}
