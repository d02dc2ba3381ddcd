import type { Logger as Pino } from "pino";

import { currentFrame } from "../context/current-context.ts";
import { LevelSetting, type LineLevel, type LogLevel } from "./log-level.ts";
import type { LineCleaner } from "./line-cleaner.ts";
import type { LogFields } from "./log-writer.ts";
import { LeveledLogger, type Logger } from "./logger.ts";

/** The logger on top of pino. Its pino instances write all levels; the level is checked here. */
export class PinoLogger extends LeveledLogger {
  readonly #pino: Pino;
  readonly #setting: LevelSetting;
  readonly #cleaner: LineCleaner;

  constructor(pino: Pino, setting: LevelSetting, cleaner: LineCleaner) {
    super();
    this.#pino = pino;
    this.#setting = setting;
    this.#cleaner = cleaner;
  }

  child(fields: LogFields): Logger {
    this.#cleaner.follow();
    const child = this.#pino.child(this.#cleaner.fields(fields));
    return new PinoLogger(child, new LevelSetting(undefined, this.#setting), this.#cleaner);
  }

  get level(): LogLevel {
    return this.#setting.level;
  }

  set level(level: LogLevel) {
    this.#setting.level = level;
  }

  isEnabled(level: LineLevel): boolean {
    return this.#setting.allows(level);
  }

  protected writeLine(level: LineLevel, message: string, fields?: LogFields): void {
    if (!this.#setting.allows(level)) {
      return;
    }
    this.#cleaner.follow();
    const text = this.#cleaner.message(message);
    const frame = currentFrame();
    if (frame !== undefined) {
      this.#pino[level](this.#cleaner.fieldsIn(frame, fields), text);
    } else if (fields !== undefined) {
      this.#pino[level](this.#cleaner.fields(fields), text);
    } else {
      this.#pino[level](text);
    }
  }
}
