const ownFolder = new URL(".", import.meta.url);
const ownPaths = [ownFolder.href, decodeURIComponent(ownFolder.pathname)];
const runner = /[\\/]node_modules[\\/](?:vitest|@vitest|vite|tinypool)[\\/]/;
const depth = 60;

/** Captures the current stack. Its text is formatted only when it is read. */
export function captureOrigin(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = depth;
  const origin = new Error("opened here");
  Error.stackTraceLimit = stackTraceLimit;
  return origin;
}

/**
 * The frames of a stack without those of Node, the test runner and this folder. None are left of a
 * resource that the test runner opened for itself.
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

/** Whether a frame is in an installed package. */
export function isInstalled(frame: string): boolean {
  return /[\\/]node_modules[\\/]/.test(frame);
}

/** The file, line and column of a frame. */
export function placeOf(frame: string): string {
  const [, place = frame.trim()] =
    /\(?((?:file:|[A-Za-z]:|\/)[^()]*:\d+:\d+)\)?$/.exec(frame) ?? [];
  return place.replace(/^file:\/\//, "");
}
