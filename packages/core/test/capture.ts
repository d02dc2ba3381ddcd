import { createLogger, type Logger, type LoggerOptions } from "../src/index.ts";

/** A logger that keeps its lines, as text and parsed. */
export function captured(options: Partial<LoggerOptions> = {}): {
  logger: Logger;
  text: () => string;
  lines: () => Record<string, unknown>[];
} {
  const written: string[] = [];
  const logger = createLogger({
    name: "things",
    destination: { write: (line) => written.push(line) },
    ...options,
  });
  return {
    logger,
    text: () => written.join(""),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
