import { engineDefinitions } from "./definitions.ts";
import { EngineMissingError } from "./engine.ts";
import {
  formatVariables,
  removeEnvironmentFile,
  runningEnginesProcess,
  writeEnvironmentFile,
} from "./environment-file.ts";
import type { EnginesCommand } from "./parse-arguments.ts";
import { runCommand } from "./run-command.ts";
import { startEngine, type RunningEngine } from "./start-engine.ts";
import type { Interruption } from "./until-interrupted.ts";

export interface RunEnginesOptions {
  /** Gets the cache, the logs and the file with the endpoints. */
  readonly folder: string;
  /** Stops everything; its reason is an {@link Interruption}. */
  readonly signal: AbortSignal;
}

/**
 * Starts engines side by side, does what the command asks for, and stops them again.
 *
 * @returns The exit code for the process.
 */
export async function runEngines(
  command: EnginesCommand,
  options: RunEnginesOptions,
): Promise<number> {
  const { folder, signal } = options;
  const other = command.execute ? undefined : await runningEnginesProcess(folder);
  if (other !== undefined) {
    say(`Engines are running already (process ${other}); their endpoints are in ${folder}/env.`);
    return 1;
  }
  const started = await startAll(command.names, options);
  try {
    if (signal.aborted) return exitCodeOf(signal);
    const complete = started.length === command.names.length;
    if (started.length === 0 || (command.requireAll && !complete)) return 1;
    const variables: Record<string, string> = Object.assign(
      {},
      ...started.map((engine) => engine.variables),
    );
    return await (command.execute
      ? runCommand(command.execute, { ...process.env, ...variables }, signal)
      : serve(started, variables, options));
  } finally {
    await Promise.all(started.map((engine) => engine.stop()));
  }
}

async function startAll(
  names: readonly string[],
  options: RunEnginesOptions,
): Promise<RunningEngine[]> {
  const definitions = engineDefinitions.filter(({ name }) => names.includes(name));
  const starts = definitions.map(async (definition) => {
    try {
      return await startEngine(definition, options);
    } catch (error) {
      if (options.signal.aborted) return undefined;
      say(`The engine ${definition.name} is absent: ${describe(error)}.`);
      if (error instanceof EngineMissingError) say(`  It needs ${definition.install}.`);
      return undefined;
    }
  });
  const started = await Promise.all(starts);
  return started.filter((engine) => engine !== undefined);
}

/** Publishes the endpoints and waits until it is interrupted or an engine ends. */
async function serve(
  started: readonly RunningEngine[],
  variables: Readonly<Record<string, string>>,
  { folder, signal }: RunEnginesOptions,
): Promise<number> {
  await writeEnvironmentFile(folder, variables);
  try {
    process.stdout.write(formatVariables(variables));
    say("Tests find these engines by themselves while this runs. Ctrl-C stops them.");
    return await new Promise<number>((resolve) => {
      const stop = (): void => resolve(0);
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
      for (const engine of started) {
        void engine.ended.then((how) => {
          if (!signal.aborted) say(`The engine ${engine.name} ended by itself: ${how}.`);
          resolve(1);
        });
      }
    });
  } finally {
    await removeEnvironmentFile(folder);
  }
}

function exitCodeOf(signal: AbortSignal): number {
  const interruption: Interruption = signal.reason;
  return interruption.exitCode;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** People's messages go to standard error: standard output is for `KEY=value` lines alone. */
function say(message: string): void {
  process.stderr.write(`${message}\n`);
}
