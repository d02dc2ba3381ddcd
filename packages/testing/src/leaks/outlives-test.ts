import { AsyncLocalStorage } from "node:async_hooks";

const exempt = new AsyncLocalStorage<true>();

/**
 * Runs a function whose timers, servers and connections may outlive the current test: for resources that
 * the tests of a file share and close after the last one.
 *
 * @param body Opens them. Everything that it causes later is exempt as well.
 * @returns The result of `body`.
 */
export function outlivesTest<T>(body: () => T): T {
  return exempt.run(true, body);
}

/** Whether the code that runs now is inside {@link outlivesTest}. */
export function mayOutliveTest(): boolean {
  return exempt.getStore() === true;
}
