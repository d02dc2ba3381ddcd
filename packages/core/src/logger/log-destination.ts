import { createRequire } from "node:module";

import { destination as pinoDestination, type DestinationStream } from "pino";

import { readableLine } from "./readable-line.ts";

/** Where lines go: one call per line, each ending in a newline. A `Writable` fits. */
export interface LogDestination {
  write(line: string): unknown;
}

type PrettyFactory = (options: Record<string, unknown>) => DestinationStream;

function installedPretty(): PrettyFactory | undefined {
  try {
    const found: unknown = createRequire(import.meta.url)("pino-pretty");
    return typeof found === "function" ? (found as PrettyFactory) : undefined;
  } catch {
    return undefined;
  }
}

/** Escapes of control characters in a JSON line, but for tabs and line breaks. */
const controlEscapes = /((?<!\\)(?:\\\\)*)\\(u00(?:0[0-8bef]|1[\da-f])|[bfr])/g;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const rawControls = /[\u007f-\u009f]/g;

/** A JSON line whose control characters stay visible escapes once it is parsed. */
function withoutControls(line: string): string {
  return line.replaceAll(controlEscapes, String.raw`$1\\$2`).replaceAll(rawControls, "?");
}

function colorful(): boolean {
  return process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "";
}

/**
 * The stream that lines are written to: standard output unless told otherwise, in JSON or in a
 * form for people. That form comes from `pino-pretty` where it is installed and lines go to
 * standard output, else from a small one of our own.
 *
 * @param target absent: standard output
 * @param pretty absent: only where lines go to a terminal
 */
export function openDestination(
  target: LogDestination | undefined,
  pretty: boolean | undefined,
): DestinationStream {
  const readable = pretty ?? (target === undefined && process.stdout.isTTY);
  // Synchronous, so that the last words of a dying process are not lost in a buffer.
  const plain = target ?? pinoDestination({ fd: 1, sync: true });
  if (!readable) {
    return { write: (line) => void plain.write(line) };
  }
  const factory = target === undefined ? installedPretty() : undefined;
  if (factory !== undefined) {
    const stream = factory({
      sync: true,
      messageKey: "message",
      colorize: colorful(),
      ignore: "service,environment",
      translateTime: "SYS:HH:MM:ss.l",
      errorLikeObjectKeys: ["error", "err"],
    });
    // It writes what it parsed: a control character would move the cursor or clear the screen.
    return { write: (line) => stream.write(withoutControls(line)) };
  }
  const color = target === undefined && colorful();
  return { write: (line) => void plain.write(readableLine(line, color)) };
}
