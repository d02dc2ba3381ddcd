import { InvalidArgumentError } from "../errors/canonical-errors.ts";

/** The level of a line; as the level of a logger, the lowest that it writes. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** A level of lines: any but `silent`. */
export type LineLevel = Exclude<LogLevel, "silent">;

/** The levels in ascending order, with pino's numbers. */
const levelNumbers: { readonly [L in LogLevel]: number } = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  silent: Number.POSITIVE_INFINITY,
};

/**
 * Checks a level that is given as text.
 *
 * @param level For example the value of LOG_LEVEL.
 * @throws InvalidArgumentError for an unknown level; the message lists the levels.
 */
export function parseLogLevel(level: string): LogLevel {
  if (Object.hasOwn(levelNumbers, level)) {
    return level as LogLevel;
  }
  const choices = Object.keys(levelNumbers).join(", ");
  throw new InvalidArgumentError(`There is no such log level. Use one of ${choices}.`);
}

/** The level of one logger. Its children follow it unless they have their own. */
export class LevelSetting {
  readonly #parent: LevelSetting | undefined;
  #own: LogLevel | undefined;

  constructor(own: LogLevel | undefined, parent?: LevelSetting) {
    this.#own = own;
    this.#parent = parent;
  }

  get level(): LogLevel {
    return this.#own ?? this.#parent?.level ?? "info";
  }

  set level(level: LogLevel) {
    this.#own = parseLogLevel(level);
  }

  allows(level: LineLevel): boolean {
    return levelNumbers[level] >= levelNumbers[this.level];
  }
}
