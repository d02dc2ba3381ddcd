import type { Logger as Pino } from "pino";

import { currentFrame, type ContextFrame } from "../context/current-context.ts";
import type { RequestContext } from "../context/request-context.ts";
import { LevelSetting, type LineLevel, type LogLevel } from "./log-level.ts";
import type { LineCleaner } from "./line-cleaner.ts";
import { LeveledLogger, type Logger, type LogFields } from "./logger.ts";

/** The fields that a context adds to each line. */
function contextFields(context: RequestContext): Record<string, string> {
  const fields: Record<string, string> = { requestId: context.requestId };
  if (context.traceparent !== undefined) {
    fields["traceparent"] = context.traceparent;
  }
  if (context.principal !== undefined) {
    fields["principalId"] = context.principal.id;
  }
  return fields;
}

/** The logger over pino. Its pino instances write every level: the threshold is checked here. */
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
    const child = this.#pino.child(this.#cleaner.fields(fields, false));
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
    const pino = frame === undefined ? this.#pino : this.#requestChild(frame);
    if (fields === undefined) {
      pino[level](text);
    } else {
      pino[level](this.#cleaner.fields(fields, frame !== undefined), text);
    }
  }

  /** Made once per request and kept in its frame: a mixin would pay for the fields on each line. */
  #requestChild(frame: ContextFrame): Pino {
    if (frame.lastLogger === this) {
      return frame.lastChild as Pino;
    }
    frame.children ??= new Map();
    let child = frame.children.get(this) as Pino | undefined;
    if (child === undefined) {
      child = this.#pino.child(this.#cleaner.own(contextFields(frame.context)));
      frame.children.set(this, child);
    }
    frame.lastLogger = this;
    frame.lastChild = child;
    return child;
  }
}
