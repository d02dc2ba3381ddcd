#!/usr/bin/env node
import { constants } from "node:os";
import { runDeadLetters } from "./run-dead-letters.ts";

const interruption = new AbortController();
let interrupted: "SIGINT" | "SIGTERM" | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted = signal;
    interruption.abort(new Error("It was interrupted; what was done stays done."));
  });
}

const code = await runDeadLetters(process.argv.slice(2), {
  environment: process.env,
  write: (text) => process.stdout.write(text),
  tell: (text) => process.stderr.write(text),
  signal: interruption.signal,
});
process.exitCode = interrupted === undefined ? code : 128 + constants.signals[interrupted];
