/** What the command line asks for. */
export interface EnginesCommand {
  /** The engines to start. */
  readonly names: readonly string[];
  /** Whether an engine that cannot start ends everything. */
  readonly requireAll: boolean;
  /** The program to run beside the engines, with its arguments; absent: run until interrupted. */
  readonly execute?: readonly [program: string, ...programArguments: string[]];
}

/** How the script is called. */
export const usage = `Usage:
  npm run engines                               start all engines, until Ctrl-C
  npm run engines -- dynamodb firestore         start some of them
  npm run engines -- [names] exec <command …>   run a command beside them, then stop them
Options (before the command):
  --require-all                                 fail where an engine cannot start
  --help`;

/** A command line that makes no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * @param words The command line, without the program.
 * @param known The names of the engines there are.
 * @throws {UsageError}
 */
export function parseArguments(words: readonly string[], known: readonly string[]): EnginesCommand {
  const execAt = words.indexOf("exec");
  const rest = execAt === -1 ? [] : words.slice(execAt + 1);
  const before = execAt === -1 ? words : words.slice(0, execAt);
  const [own, command] = splitOptions(rest);
  const options = [...before, ...own].filter((word) => word.startsWith("--"));
  const names = before.filter((word) => !word.startsWith("--"));
  const unknownOption = options.find((option) => option !== "--require-all");
  if (unknownOption !== undefined) throw new UsageError(`There is no option ${unknownOption}.`);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no engine "${unknown}"; there are ${known.join(", ")}.`);
  }
  const [program, ...programArguments] = command;
  if (execAt !== -1 && program === undefined) throw new UsageError("exec needs a command.");
  return {
    names: names.length === 0 ? known : names,
    requireAll: options.includes("--require-all"),
    ...(program !== undefined && { execute: [program, ...programArguments] }),
  };
}

/** Our options end where the command begins: what follows belongs to the command. */
function splitOptions(words: readonly string[]): [string[], string[]] {
  const start = words.findIndex((word) => !word.startsWith("--"));
  const end = start === -1 ? words.length : start;
  return [words.slice(0, end), words.slice(end)];
}
