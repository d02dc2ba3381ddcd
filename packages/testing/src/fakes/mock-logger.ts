import { Logger } from "@plinth/core";
import { type Mock, mockOf } from "./mock-of.ts";

/**
 * A logger whose methods are `vi.fn`s that do nothing, for tests of the calls themselves. `child` and
 * `sample` return the same mock, and every level is enabled. To test log lines, prefer `fakeLogger`.
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
