import { writeSync } from "node:fs";

import { escapeControlCharacters } from "../redaction/escape-control-characters.ts";

const maxWaiting = 4 * 1_024 * 1_024;
const shortestRetry = 20;
const longestRetry = 1_000;
/** How long the end of the process waits for a reader, and for one that takes nothing at all. */
const longestFlush = 1_000;
const maxPause = 250;
const pause = 5;

/** Makes the line that says how many others were lost. */
export type LossNote = (lost: number, reason: string) => string;

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "an unknown error";
}

/**
 * Writes lines to standard output at once, so that the last words of a dying process are not lost in a
 * buffer. What cannot be written, because the disk is full or the reader of a pipe has stopped reading,
 * waits in a buffer of 4 MiB and is tried again; beyond that, lines are lost and counted. Neither ends nor
 * blocks the process. A failure is told on standard error in one line, and a loss in the log once it can be
 * written again.
 */
class StandardOutput {
  /** Lines, the first of which may be the rest of one. */
  #waiting: Buffer[] = [];
  #bytes = 0;
  #lost = 0;
  #note: LossNote | undefined;
  #reason = "";
  #isTold = false;
  #isGuarded = false;
  #retry = shortestRetry;
  #timer: NodeJS.Timeout | undefined;
  #triedAt = 0;

  /** @param note makes the line about a loss, if this one is lost */
  write(line: string, note: LossNote): void {
    // Asking for the stream makes a pipe one that answers EAGAIN instead of blocking the process.
    void process.stdout;
    if (this.#waiting.length > 0) {
      // Others may be waiting for this turn to end, so that the timer alone might come too late.
      if (performance.now() - this.#triedAt >= 1) this.#tryAgain();
      if (this.#waiting.length > 0) {
        this.#keep(Buffer.from(line), note);
        return;
      }
    }
    const written = this.#attempt(line);
    if (written === Buffer.byteLength(line)) return;
    this.#keep(Buffer.from(line).subarray(written), note);
    this.#schedule();
  }

  /** The number of bytes that were taken. */
  #attempt(text: string | Buffer): number {
    try {
      return typeof text === "string" ? writeSync(1, text) : writeSync(1, text);
    } catch (error) {
      this.#reason = codeOf(error);
      // A reader that is merely slow is no news.
      if (this.#reason !== "EAGAIN") this.#tell();
      return 0;
    }
  }

  #keep(bytes: Buffer, note: LossNote): void {
    this.#guardEnd();
    if (this.#bytes + bytes.length > maxWaiting) {
      this.#lost += 1;
      this.#note = note;
      this.#tell();
      return;
    }
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
  }

  /** Writes what waits, as far as it is taken. @returns whether any was */
  #tryAgain(): boolean {
    const before = this.#bytes;
    let done = 0;
    for (const bytes of this.#waiting) {
      const written = this.#attempt(bytes);
      this.#bytes -= written;
      if (written < bytes.length) {
        this.#waiting[done] = bytes.subarray(written);
        break;
      }
      done += 1;
    }
    this.#waiting.splice(0, done);
    this.#triedAt = performance.now();
    if (this.#bytes < before) this.#retry = shortestRetry;
    if (this.#waiting.length === 0) this.#recovered();
    return this.#bytes < before;
  }

  #recovered(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [lost, note] = [this.#lost, this.#note];
    this.#lost = 0;
    this.#note = undefined;
    this.#isTold = false;
    if (note !== undefined) this.write(note(lost, this.#reason), note);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#retry = Math.min(longestRetry, this.#retry * 2);
      this.#tryAgain();
      if (this.#waiting.length > 0) this.#schedule();
    }, this.#retry).unref();
  }

  #guardEnd(): void {
    if (this.#isGuarded) return;
    this.#isGuarded = true;
    process.on("exit", () => this.#flush());
  }

  /** A slow reader gets the rest, as long as it reads. */
  #flush(): void {
    const start = performance.now();
    let progress = start;
    while (this.#waiting.length > 0) {
      if (this.#tryAgain()) progress = performance.now();
      const now = performance.now();
      const isOver = now - progress > maxPause || now - start > longestFlush;
      if (this.#waiting.length === 0 || isOver || this.#reason !== "EAGAIN") break;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
    if (this.#waiting.length > 0) this.#tell();
  }

  #tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const why = this.#reason === "EAGAIN" ? "its reader has stopped reading" : this.#reason;
    this.tell(`to standard output (${why})`);
  }

  /**
   * Says on standard error, where anything can be said, that lines are lost.
   *
   * @param where they should have gone, and why they did not
   */
  tell(where: string): void {
    try {
      // For the same reason as above.
      void process.stderr;
      writeSync(
        2,
        `The log cannot be written ${escapeControlCharacters(where)}. Lines are lost.\n`,
      );
    } catch {
      // There is nowhere left to say it.
    }
  }
}

/** The one of this process: two that wrote to a full pipe would tear each other's lines apart. */
export const standardOutput: StandardOutput = new StandardOutput();
