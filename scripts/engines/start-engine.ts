import { chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { EngineDefinition, EngineLaunch } from "./engine.ts";
import { freePort } from "./free-port.ts";
import { GuardedProcess } from "./guarded-process.ts";

/** An engine that answers. */
export interface RunningEngine {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Resolves when it has ended, however that came about, with how. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Gets the cache and the log files. */
  readonly folder: string;
  /** Gives up on the start. */
  readonly signal: AbortSignal;
  /** How long an engine may take to answer, in milliseconds. Default: 60,000. */
  readonly timeout?: number;
}

const attempts = 3;

/** Starts one engine and resolves when it has answered; leaves nothing behind where it fails. */
export async function startEngine(
  definition: EngineDefinition,
  options: StartOptions,
): Promise<RunningEngine> {
  for (let attempt = 1; ; attempt++) {
    options.signal.throwIfAborted();
    try {
      return await startOnce(definition, options);
    } catch (error) {
      // Another process can take the free port before the engine is up.
      if (attempt === attempts || !(error instanceof EngineEndedError)) throw error;
    }
  }
}

async function startOnce(
  definition: EngineDefinition,
  { folder, signal, timeout = 60_000 }: StartOptions,
): Promise<RunningEngine> {
  const { name } = definition;
  const owner = await definition.owner?.();
  // Not below the project, which another user may be unable to enter.
  const dataFolder = await mkdtemp(join(tmpdir(), `plinth-${name}-`));
  try {
    if (owner) await chown(dataFolder, owner.uid, owner.gid);
    const cacheFolder = join(folder, "cache");
    const launch = await definition.prepare({
      port: await freePort(),
      dataFolder,
      cacheFolder,
      ...(owner && { owner }),
    });
    await mkdir(folder, { recursive: true });
    const logFile = join(folder, `${name}.log`);
    const { command, environment = {}, stopSignal = "TERM" } = launch;
    const running = new GuardedProcess({
      command,
      arguments: launch.arguments,
      environment,
      stopSignal,
      dataFolder,
      logFile,
      ...(owner && { owner }),
    });
    try {
      await untilReady(launch, running, AbortSignal.any([signal, AbortSignal.timeout(timeout)]));
    } catch (error) {
      await running.stop();
      signal.throwIfAborted();
      if (error instanceof EngineEndedError) throw error;
      throw new Error(`it gave no answer within ${timeout / 1000} s; its output is in ${logFile}`, {
        cause: error,
      });
    }
    return {
      name,
      variables: launch.variables,
      ended: running.ended,
      stop: () => running.stop(),
    };
  } catch (error) {
    await rm(dataFolder, { recursive: true, force: true });
    throw error;
  }
}

class EngineEndedError extends Error {}

async function untilReady(
  launch: EngineLaunch,
  running: GuardedProcess,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    if (running.end !== undefined) throw new EngineEndedError(`it ended at once: ${running.end}`);
    try {
      await launch.isReady(AbortSignal.any([signal, AbortSignal.timeout(5000)]));
      return;
    } catch {
      signal.throwIfAborted();
      await delay(100, undefined, { signal });
    }
  }
}
