import { LeakError } from "./leak-error.ts";
import { ProcessListeners } from "./process-listeners.ts";
import { resourceKinds } from "./resource-kinds.ts";
import { type OpenResource, ResourceTracker } from "./resource-tracker.ts";

/** Options of {@link detectLeaks}. */
export interface LeakOptions {
  /**
   * Whether connections count that do not keep the process alive, such as idle ones of a pool. Turn it on
   * to find clients that were not closed. Default: false.
   */
  readonly idleConnections?: boolean;
  /**
   * How long resources may take to close after the test, in milliseconds. A test that left nothing open
   * does not wait. Default: 500.
   */
  readonly grace?: number;
  /** The file of the test: a leak is reported at a line of this file if possible. Default: unknown. */
  readonly testFile?: string;
}

/** Tracks the resources that are opened from now on. */
export interface LeakDetector {
  /**
   * Ends the tracking.
   *
   * @throws {LeakError} If a resource is still open that was opened meanwhile.
   */
  check(): Promise<void>;
}

/**
 * Tracks the resources that this process opens: timers, servers, connections, child processes, workers,
 * watchers, and listeners of `process`. The `detectLeaks` option of `test` does this for each test.
 *
 * A resource that does not keep the process alive (an unreferenced timer, an idle connection of a pool) is no
 * leak, and neither are those of the test runner.
 *
 * @param options What counts as a leak.
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

/** Drops the pipes of child processes: the process itself is reported. */
function withoutPipesOf(found: readonly OpenResource[]): OpenResource[] {
  const children = new Set(
    found.filter(({ type }) => type === "PROCESSWRAP").map(({ frames }) => frames.join()),
  );
  return found.filter(({ type, frames }) => type !== "PIPEWRAP" || !children.has(frames.join()));
}

/** Waits until everything that is due has run, including the closing of handles. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimer(() => setNow(resolve), 2);
  });
}

// Read at import, when they are the real ones: a test may install fake timers.
const setTimer = globalThis.setTimeout;
const setNow = globalThis.setImmediate;
