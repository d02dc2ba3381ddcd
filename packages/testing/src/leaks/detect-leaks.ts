import { LeakError } from "./leak-error.ts";
import { ProcessListeners } from "./process-listeners.ts";
import { resourceKinds } from "./resource-kinds.ts";
import { type OpenResource, ResourceTracker } from "./resource-tracker.ts";

/** What counts as a leak; every field has a default. */
export interface LeakOptions {
  /**
   * Whether a connection that does not keep the process alive counts, as the idle ones of a pool.
   * Turn it on to find clients that were not closed. Default: false.
   */
  readonly idleConnections?: boolean;
  /**
   * How long something may take to close after the test, in milliseconds. A test that left nothing
   * open does not wait. Default: 500.
   */
  readonly grace?: number;
  /** The file of the test: where several lines led to a leak, its own is named. Default: unknown. */
  readonly testFile?: string;
}

/** Follows what is opened from now on. */
export interface LeakDetector {
  /**
   * Ends the following.
   *
   * @throws {LeakError} Where something is still open that was opened meanwhile.
   */
  check(): Promise<void>;
}

/**
 * Follows what this process opens: timers, servers, connections, files, child processes, workers,
 * watchers, and listeners of `process`. The `detectLeaks` option of `test` does this for each test.
 *
 * What does not keep the process alive (an unreferenced timer, an idle connection of a pool) is no
 * leak, nor is what the test runner opens.
 *
 * @param options What counts.
 */
export function detectLeaks(options: LeakOptions = {}): LeakDetector {
  const { idleConnections = false, grace = 500, testFile } = options;
  const tracker = new ResourceTracker();
  const listeners = new ProcessListeners();

  const leaks = (): OpenResource[] =>
    [...tracker.open()].filter(({ idle }) => idleConnections || !idle);

  const settle = async (): Promise<OpenResource[]> => {
    const end = performance.now() + grace;
    for (;;) {
      await turn();
      const found = leaks();
      if (found.length === 0 || performance.now() >= end) return found;
    }
  };

  return {
    check: async () => {
      tracker.closeWindow();
      try {
        const found = withoutPipesOf(await settle()).map(({ type, resource, frames }) => ({
          what: resourceKinds[type]?.describe(resource) ?? type,
          frames,
        }));
        const left = listeners.left().map(({ event, frames }) => ({
          what: `a listener of the process's "${event}"`,
          frames,
        }));
        if (found.length + left.length > 0) throw new LeakError([...found, ...left], testFile);
      } finally {
        listeners.stop();
        tracker.stop();
      }
    },
  };
}

/** The pipes of a child process go with it: one line for all of them. */
function withoutPipesOf(found: readonly OpenResource[]): OpenResource[] {
  const children = new Set(
    found.filter(({ type }) => type === "PROCESSWRAP").map(({ frames }) => frames.join()),
  );
  return found.filter(({ type, frames }) => type !== "PIPEWRAP" || !children.has(frames.join()));
}

/** Lets everything happen that is due, closing handles included. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimer(() => setNow(resolve), 2);
  });
}

// Taken while they are the real ones: a test may have put fake ones in their place.
const setTimer = globalThis.setTimeout;
const setNow = globalThis.setImmediate;
