import type { Logger as Pino } from "pino";

import { currentFrame, type ContextFrame } from "../context/current-context.ts";
import type { RequestContext } from "../context/request-context.ts";
import { LevelSetting, type LineLevel, type LogLevel } from "./log-level.ts";
import { cleanLine } from "./line-fields.ts";
import { Logger, type LogFields } from "./logger.ts";
import { boundedMessage } from "../redaction/redact-text.ts";
import type { SecretKeyTest } from "../redaction/secret-keys.ts";

const longestMessage = 16_384;

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
export class PinoLogger extends Logger {
  readonly #pino: Pino;
  readonly #setting: LevelSetting;
  readonly #isSecret: SecretKeyTest;

  constructor(pino: Pino, setting: LevelSetting, isSecret: SecretKeyTest) {
    super();
    this.#pino = pino;
    this.#setting = setting;
    this.#isSecret = isSecret;
  }

  trace(message: string, fields?: LogFields): void {
    this.#write("trace", message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.#write("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write("error", message, fields);
  }

  fatal(message: string, fields?: LogFields): void {
    this.#write("fatal", message, fields);
  }

  child(fields: LogFields): Logger {
    const child = this.#pino.child(cleanLine(fields, this.#isSecret));
    return new PinoLogger(child, new LevelSetting(undefined, this.#setting), this.#isSecret);
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

  #write(level: LineLevel, message: string, fields: LogFields | undefined): void {
    if (!this.#setting.allows(level)) {
      return;
    }
    const text = boundedMessage(
      typeof message === "string" ? message : String(message),
      longestMessage,
      this.#isSecret,
    );
    const frame = currentFrame();
    const pino = frame === undefined ? this.#pino : this.#requestChild(frame);
    if (fields === undefined) {
      pino[level](text);
    } else {
      pino[level](cleanLine(fields, this.#isSecret), text);
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
      child = this.#pino.child(cleanLine(contextFields(frame.context), this.#isSecret));
      frame.children.set(this, child);
    }
    frame.lastLogger = this;
    frame.lastChild = child;
    return child;
  }
}
