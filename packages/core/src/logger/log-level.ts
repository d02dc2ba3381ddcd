import { InvalidArgumentError } from "../errors/canonical-errors.ts";

/** How much a line matters, and as a logger's level the least that it writes. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** A level at which lines are written; `silent` is none. */
export type LineLevel = Exclude<LogLevel, "silent">;

/** The levels in rising order, with pino's numbers. */
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
 * Checks a level that came as text.
 *
 * @param level for example the value of LOG_LEVEL
 * @throws invalid_argument when it is none; the message lists the levels
 */
export function parseLogLevel(level: string): LogLevel {
  if (Object.hasOwn(levelNumbers, level)) {
    return level as LogLevel;
  }
  const choices = Object.keys(levelNumbers).join(", ");
  throw new InvalidArgumentError(`There is no such log level. Use one of ${choices}.`);
}

/** The threshold of one logger; loggers below it follow unless they were given their own. */
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
