import { constants } from "node:os";

import { isPresentable } from "@plinth/support/presentable";

import type { Logger } from "../logger/index.ts";
import { escapeControlCharacters } from "../redaction/escape-control-characters.ts";
import { redactText } from "../redaction/index.ts";
import type { App } from "./app.ts";
import { joinProcess } from "./join-process.ts";

/** An app as `run` sees it. */
export interface RunnableApp extends App {
  readonly logger: Logger;
  /** Resolves once the app has begun to stop, by a signal or by a call of `stop`. */
  readonly stopRequested: Promise<void>;
}

/**
 * In milliseconds. Copies of one signal this close together come from one key press: the terminal sends it to
 * the process and to npm, which passes it on.
 */
const sameSignalWithin = 200;

function report(app: RunnableApp, error: unknown, what: string): void {
  // Messages name variables such as DB_PASSWORD=…, so only values are redacted here, not what follows a key.
  if (isPresentable(error)) {
    const lines = redactText(error.message, () => false).split("\n");
    process.stderr.write(`${lines.map(escapeControlCharacters).join("\n")}\n`);
  } else app.logger.fatal(`${app.name} ${what}.`, { error });
}

/** Starts an app, waits for a signal, stops the app, and ends the process with the last app. */
export async function runApp(app: RunnableApp, signals: readonly NodeJS.Signals[]): Promise<void> {
  const leaveProcess = joinProcess(app);
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first === undefined) {
      first = { signal, at: performance.now() };
      // The same promise is awaited below, where its rejection is handled.
      app.stop(signal).catch(() => undefined);
      return;
    }
    if (signal === first.signal && performance.now() - first.at < sameSignalWithin) return;
    process.stderr.write(
      `${app.name}: a second signal (${signal}) came while stopping; ending at once without waiting.\n`,
    );
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, onSignal);
  let code = 0;
  try {
    await app.start().catch((error: unknown) => {
      // A stop during the start is no failure.
      if (app.state !== "stopped") throw error;
    });
    await app.stopRequested;
    await app.stop();
  } catch (error) {
    code = 1;
    report(app, error, app.state === "failed" ? "could not start" : "did not stop cleanly");
  }
  for (const signal of signals) process.off(signal, onSignal);
  leaveProcess(code);
}
