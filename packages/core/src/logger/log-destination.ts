import { createRequire } from "node:module";

import type { DestinationStream } from "pino";

import { readableEntry } from "./readable-entry.ts";
import { readableLine } from "./readable-line.ts";
import { type LossNote, standardOutput } from "./standard-output.ts";

/** A destination of log lines. A `Writable` fits. */
export interface LogDestination {
  /** Called once per line, with the newline at its end. */
  write(line: string): unknown;
}

type Prettifier = (entry: Record<string, unknown>) => string;
type PrettyModule = { prettyFactory?: (options: Record<string, unknown>) => Prettifier };

function installedPretty(): Prettifier | undefined {
  let found: PrettyModule;
  try {
    found = createRequire(import.meta.url)("pino-pretty") as PrettyModule;
  } catch {
    return undefined;
  }
  return found.prettyFactory?.({
    messageKey: "message",
    colorize: colorful(),
    ignore: "service,environment",
    translateTime: "SYS:HH:MM:ss.l",
    errorLikeObjectKeys: ["error", "err"],
  });
}

function colorful(): boolean {
  return process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "";
}

/**
 * Opens the stream for lines, in JSON or in a readable form. The readable form comes from `pino-pretty` if that
 * is installed and lines go to standard output, else from {@link readableLine}.
 *
 * @param target Default: standard output.
 * @param pretty Whether lines are readable. Default: only if they go to a terminal.
 * @param note Makes the JSON line that states how many lines were lost.
 */
export function openDestination(
  target: LogDestination | undefined,
  pretty: boolean | undefined,
  note: LossNote,
): DestinationStream {
  const readable = pretty ?? (target === undefined && process.stdout.isTTY);
  const form = readable ? readableForm(target) : undefined;
  const formed: LossNote = form === undefined ? note : (lost, reason) => form(note(lost, reason));
  const write: (line: string) => unknown =
    target === undefined
      ? (line) => standardOutput.write(line, formed)
      : (line) => target.write(line);
  let isTold = false;
  return {
    write: (line) => {
      try {
        write(form === undefined ? line : form(line));
      } catch (error) {
        // A request must not fail because its log line fails.
        if (!isTold) standardOutput.tell(`to its destination (${String(error)})`);
        isTold = true;
      }
    },
  };
}

function readableForm(target: LogDestination | undefined): (line: string) => string {
  const prettify = target === undefined ? installedPretty() : undefined;
  const color = target === undefined && colorful();
  if (prettify === undefined) return (line) => readableLine(line, color);
  return (line) => {
    const entry = readableEntry(line);
    return entry === undefined ? line : prettify(entry);
  };
}
