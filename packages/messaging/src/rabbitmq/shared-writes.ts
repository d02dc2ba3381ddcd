import type { Writable } from "node:stream";

/** What of a socket is needed. */
export type CorkableStream = Pick<Writable, "cork" | "uncork" | "on" | "prependListener">;

// As the client does: a test that stops the clock must not stop what is half written.
const nextTick = process.nextTick.bind(process);
const afterInput = setImmediate;

/**
 * Joins what several callers write to a connection in one turn of the event loop into one write to
 * its socket. Nothing is sent later than it would be: the client itself writes at the end of a turn.
 */
export class SharedWrites {
  readonly #stream: CorkableStream;
  #isJoining = false;

  /** @param stream what the client writes frames to */
  constructor(stream: CorkableStream) {
    this.#stream = stream;
    // The client goes on writing when the stream has drained: that is joined by a listener on either side.
    stream.prependListener("drain", () => stream.cork());
    stream.on("drain", () => stream.uncork());
  }

  /** Joins what this turn writes. Call it right after publishing. */
  join(): void {
    if (this.#isJoining) return;
    this.#isJoining = true;
    this.#stream.cork();
    // After publishing, the client too waits for the next tick, and then for the end of the turn, to write
    // what there is: it asked first, and has written by then.
    nextTick(() => afterInput(() => this.#end()));
  }

  #end(): void {
    this.#isJoining = false;
    this.#stream.uncork();
  }
}
