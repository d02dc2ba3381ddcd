import { Logger } from "@plinth/core";
import { type Mock, mockOf } from "./mock-of.ts";

/**
 * A logger whose every method is a `vi.fn` that does nothing, for tests about the calls themselves.
 * `child` and `sample` return the same mock; every level is enabled. For tests about what was
 * logged, `fakeLogger` reads better.
 */
export function mockLogger(): Mock<Logger> {
  const quiet = () => undefined;
  const logger: Mock<Logger> = mockOf(Logger, {
    level: "trace",
    trace: quiet,
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: quiet,
    fatal: quiet,
    isEnabled: () => true,
    child: () => logger,
    sample: () => logger,
  });
  return logger;
}
