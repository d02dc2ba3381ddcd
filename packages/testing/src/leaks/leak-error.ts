import { isInstalled, placeOf } from "./capture-origin.ts";

/** Something that a test left open. */
export interface Leak {
  /** What it is: `a listening server on 127.0.0.1:4000`. */
  readonly what: string;
  /** Where it was opened: file, line and column, in the test itself if that is known. */
  readonly openedAt: string;
}

/** What was found, with the lines of the stack that opened it, innermost first. */
export interface FoundLeak {
  readonly what: string;
  readonly frames: readonly string[];
}

/** Says what a test left open. Its stack begins where the first leak was opened, for runners to show. */
export class LeakError extends Error {
  override readonly name = "LeakError";
  readonly leaks: readonly Leak[];

  /**
   * @param found what was found, one at least
   * @param testFile the file of the test, whose own lines say most. Default: unknown
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

/** From the line that says most on: that of the test, else the first that was not installed. */
function nearest(frames: readonly string[], testFile: string | undefined): readonly string[] {
  const inTest = frames.findIndex((frame) => testFile !== undefined && frame.includes(testFile));
  const own = inTest < 0 ? frames.findIndex((frame) => !isInstalled(frame)) : inTest;
  return frames.slice(Math.max(0, own));
}
