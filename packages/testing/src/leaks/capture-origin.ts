const ownFolder = new URL(".", import.meta.url);
const ownPaths = [ownFolder.href, decodeURIComponent(ownFolder.pathname)];
const runner = /[\\/]node_modules[\\/](?:vitest|@vitest|vite|tinypool)[\\/]/;
const depth = 60;

/** Remembers where we are now; the text is made only when somebody reads it. */
export function captureOrigin(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = depth;
  const origin = new Error("opened here");
  Error.stackTraceLimit = stackTraceLimit;
  return origin;
}

/**
 * The lines of a stack that somebody wrote: without Node's own, the test runner's and ours. None are
 * left of what the test runner opened for itself.
 */
export function framesOf(origin: Error): string[] {
  const lines = (origin.stack ?? "").split("\n").slice(1);
  return lines.filter(
    (line) =>
      /^\s+at /.test(line) &&
      !/\(?node:|<anonymous>/.test(line) &&
      !runner.test(line) &&
      !ownPaths.some((path) => line.includes(path)),
  );
}

/** Whether a line of a stack is in a package that was installed. */
export function isInstalled(frame: string): boolean {
  return /[\\/]node_modules[\\/]/.test(frame);
}

/** The place that a line of a stack names, with line and column. */
export function placeOf(frame: string): string {
  const [, place = frame.trim()] =
    /\(?((?:file:|[A-Za-z]:|\/)[^()]*:\d+:\d+)\)?$/.exec(frame) ?? [];
  return place.replace(/^file:\/\//, "");
}
