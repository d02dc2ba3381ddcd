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
  /** Resolves once the app has begun to stop, whoever asked for it. */
  readonly stopRequested: Promise<void>;
}

/** Copies of one signal this close together come from one key press: npm passes on what the terminal sent already. */
const sameSignalWithin = 200;

function report(app: RunnableApp, error: unknown, what: string): void {
  // Faults name variables such as DB_PASSWORD=…, so that keys must not decide here: values do.
  if (isPresentable(error)) {
    const lines = redactText(error.message, () => false).split("\n");
    process.stderr.write(`${lines.map(escapeControlCharacters).join("\n")}\n`);
  } else app.logger.fatal(`${app.name} ${what}.`, { error });
}

/** Starts an app, keeps it until a signal comes, stops it, and ends the process with the last one. */
export async function runApp(app: RunnableApp, signals: readonly NodeJS.Signals[]): Promise<void> {
  const leaveProcess = joinProcess(app);
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first === undefined) {
      first = { signal, at: performance.now() };
      // Its faults are met below, where the same promise is awaited.
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
      // Was it cut short by a stop, then that is what was asked for.
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
