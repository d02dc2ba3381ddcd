import { isInstalled, placeOf } from "./capture-origin.ts";

/** A resource that a test left open. */
export interface Leak {
  /** Its kind and address: `a listening server on 127.0.0.1:4000`. */
  readonly what: string;
  /** Where it was opened: file, line and column, in the test itself if possible. */
  readonly openedAt: string;
}

/** A leak, with the stack that opened it, innermost frame first. */
export interface FoundLeak {
  readonly what: string;
  readonly frames: readonly string[];
}

/** Lists what a test left open. Its stack begins where the first leak was opened: runners show that line. */
export class LeakError extends Error {
  override readonly name = "LeakError";
  readonly leaks: readonly Leak[];

  /**
   * @param found the leaks, at least one
   * @param testFile the file of the test: frames in it are preferred. Default: unknown
   */
  constructor(found: readonly FoundLeak[], testFile?: string) {
    const ordered = found.map(({ what, frames }) => ({ what, frames: nearest(frames, testFile) }));
    const leaks = ordered.map(({ what, frames: [first = ""] }) => ({
      what,
      openedAt: placeOf(first),
    }));
    const lines = leaks.map(({ what, openedAt }) => `- ${what}, opened at ${openedAt}`);
    super(`The test left open:\n${lines.join("\n")}\nClose it before the test ends.`);
    this.leaks = leaks;
    this.stack = `${this.name}: ${this.message}\n${ordered[0]?.frames.join("\n")}`;
  }
}

/** The frames from the most useful one on: that of the test, else the first outside node_modules. */
function nearest(frames: readonly string[], testFile: string | undefined): readonly string[] {
  const inTest = frames.findIndex((frame) => testFile !== undefined && frame.includes(testFile));
  const own = inTest < 0 ? frames.findIndex((frame) => !isInstalled(frame)) : inTest;
  return frames.slice(Math.max(0, own));
}
