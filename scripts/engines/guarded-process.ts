import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { Duplex } from "node:stream";
import type { EngineOwner } from "./engine.ts";

/**
 * Runs beside the program, in the same process group, and holds the reading end of a pipe. The pipe
 * closes when we stop the engine, and also when we are gone without having had the chance, even by
 * `kill -9`. Then the guard asks the program to end, gives it some time, ends the whole group, and
 * removes the data, unless it has read that it should keep them.
 *
 * The shell becomes the program itself, so `$$` is at once its process id and its group's.
 */
const guard = `
( trap '' TERM INT HUP
  last_word="$(cat <&3)"
  kill -s "$1" $$ 2>/dev/null
  left="$3"
  while [ "$left" -gt 0 ] && kill -0 $$ 2>/dev/null; do left=$((left - 1)); sleep 0.1; done
  [ "$last_word" = keep ] || rm -rf -- "$2"
  kill -s KILL -- -$$ 2>/dev/null
) &
shift 3
exec "$@" 3<&-
`;

export interface GuardedProcessOptions {
  readonly command: string;
  readonly arguments: readonly string[];
  /** Variables for the program, besides those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly stopSignal: "TERM" | "INT";
  /** The working folder; removed when the program has ended. */
  readonly dataFolder: string;
  /**
   * Whether the folder stays when the program has ended, for a later one. It is removed all the same
   * where this process is killed. Default: false.
   */
  readonly keepData?: boolean;
  /** Gets what the program writes. */
  readonly logFile: string;
  readonly owner?: EngineOwner;
  /** How long the program may take to end when asked to, in tenths of a second. Default: 100. */
  readonly patience?: number;
}

/** A program that does not outlive this process. */
export class GuardedProcess {
  /** Resolves when the program has ended, with how. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #guardGone: Promise<void>;
  readonly #lastWord: string;
  #end: string | undefined;

  constructor(options: GuardedProcessOptions) {
    const log = openSync(options.logFile, options.keepData ? "a" : "w");
    const { stopSignal, dataFolder, command, environment, patience = 100 } = options;
    this.#lastWord = options.keepData ? "keep" : "";
    this.#child = spawn(
      "/bin/sh",
      [
        "-c",
        guard,
        "guard",
        stopSignal,
        dataFolder,
        String(patience),
        command,
        ...options.arguments,
      ],
      {
        cwd: dataFolder,
        env: { ...process.env, ...environment },
        detached: true,
        stdio: ["ignore", log, log, "pipe"],
        ...options.owner,
      },
    );
    closeSync(log);
    this.#guardGone = this.#watchGuard();
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#end = how;
        // The guard still waits where the program ended by itself.
        this.#releaseGuard();
        resolve(how);
      };
      this.#child.once("error", (error) => end(`did not start: ${error.message}`));
      this.#child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
    });
  }

  /** The id of the program's process; `undefined` where it did not start. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How the program ended; `undefined` while it runs. */
  get end(): string | undefined {
    return this.#end;
  }

  /** Ends the program and everything in its process group, within its patience and a bit. */
  async stop(): Promise<void> {
    this.#releaseGuard();
    await Promise.all([this.ended, this.#guardGone]);
  }

  #releaseGuard(): void {
    // A second word after the last one would be an error, which closes the pipe before its time.
    if (this.#pipe?.writableEnded === false) this.#pipe.end(this.#lastWord);
  }

  /** The guard never writes: its end of the pipe closes when it has done its work. */
  async #watchGuard(): Promise<void> {
    const pipe = this.#pipe;
    if (pipe === undefined) return;
    pipe.resume();
    await new Promise<void>((resolve) => {
      pipe.once("close", resolve);
      // A broken pipe is a guard that is gone, too, and "close" follows.
      pipe.on("error", () => undefined);
    });
  }

  get #pipe(): Duplex | undefined {
    const pipe = this.#child.stdio[3];
    return pipe instanceof Duplex ? pipe : undefined;
  }
}
