import { writeSync } from "node:fs";

import { escapeControlCharacters } from "../redaction/escape-control-characters.ts";

const maxWaiting = 4 * 1_024 * 1_024;
const shortestRetry = 20;
const longestRetry = 1_000;
/** How long the process waits at its end for a reader, and for one that reads nothing. In milliseconds. */
const longestFlush = 1_000;
const maxPause = 250;
const pause = 5;

/** Makes the line that states how many others were lost. */
export type LossNote = (lost: number, reason: string) => string;

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "an unknown error";
}

/**
 * Writes lines to standard output at once, so that the last lines of a crashing process are not lost in a buffer.
 * Lines that cannot be written, because the disk is full or the reader of a pipe does not read, wait in a buffer
 * of 4 MiB and are retried. When it is full, lines are lost and counted. This neither ends nor blocks the
 * process. Standard error gets one line about a failure, and the log one about lost lines once it can be written.
 */
class StandardOutput {
  /** Waiting lines; the first may be the rest of one. */
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

  /** @param note Makes the line about lost lines, if this one is lost. */
  write(line: string, note: LossNote): void {
    // Access to the stream makes a pipe answer EAGAIN instead of blocking the process.
    void process.stdout;
    if (this.#waiting.length > 0) {
      // A busy event loop may run the timer too late.
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

  /** @returns How many bytes were written. */
  #attempt(text: string | Buffer): number {
    try {
      return typeof text === "string" ? writeSync(1, text) : writeSync(1, text);
    } catch (error) {
      this.#reason = codeOf(error);
      // A slow reader is no failure.
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

  /** Writes as much of the waiting lines as possible. @returns Whether anything was written. */
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

  /** Writes the rest at the end of the process, as long as the reader reads. */
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
   * Reports on standard error that lines are lost.
   *
   * @param where Where they should have gone, and why they did not.
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
      // No other place is left to report it.
    }
  }
}

/** One per process: two that write to a full pipe would break each other's lines. */
export const standardOutput: StandardOutput = new StandardOutput();
