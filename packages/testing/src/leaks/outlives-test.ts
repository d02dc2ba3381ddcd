import { AsyncLocalStorage } from "node:async_hooks";

const exempt = new AsyncLocalStorage<true>();

/**
 * Runs a function whose timers, servers and connections may outlive the test that happens to run now:
 * for what is shared by the tests of a file and closed after the last of them.
 *
 * @param body What opens them; everything that it causes later is meant as well.
 * @returns What `body` returns.
 */
export function outlivesTest<T>(body: () => T): T {
  return exempt.run(true, body);
}

/** Whether what is opened now was declared to outlive the test. */
export function mayOutliveTest(): boolean {
  return exempt.getStore() === true;
}
