/** What a definition gets to work with. */
export interface EngineContext {
  /** A free port on 127.0.0.1. */
  readonly port: number;
  /** An empty folder that only this run uses and that is removed when the engine has ended. */
  readonly dataFolder: string;
  /** Files that are worth keeping between runs, such as a downloaded program. */
  readonly cacheFolder: string;
  /** Who runs the engine; absent for the user who started the script. */
  readonly owner?: EngineOwner;
}

export interface EngineOwner {
  readonly uid: number;
  readonly gid: number;
}

/** How to run one engine, once everything it needs is there. */
export interface EngineLaunch {
  readonly command: string;
  readonly arguments: readonly string[];
  /** Variables for the engine, besides those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What asks the engine to end without waiting for its clients. Default: `TERM`. */
  readonly stopSignal?: "TERM" | "INT";
  /** The variables through which clients find it. The first one is its endpoint. */
  readonly variables: Readonly<Record<string, string>>;
  /** Resolves where the engine gave a real answer, rejects otherwise; asked again and again. */
  isReady(signal: AbortSignal): Promise<void>;
}

/** One row of the table of engines; each has a file of its own beside this one. */
export interface EngineDefinition {
  readonly name: string;
  /** What to install where the engine is missing. */
  readonly install: string;
  /** The user that has to run it where the script is run by root. */
  readonly owner?: () => Promise<EngineOwner | undefined>;
  /** Finds the programs, prepares the data folder. @throws {EngineMissingError} */
  prepare(context: EngineContext): Promise<EngineLaunch>;
}

/** A program that an engine needs is not on this machine. */
export class EngineMissingError extends Error {
  override readonly name = "EngineMissingError";
}
