import { describe } from "vitest";

/** Declares tests for each method of a contract: one without them does not compile. */
export type MethodTests<T> = { readonly [M in keyof T]: () => void };

/** Puts the tests of each method under its name. */
export function describeMethods<T extends object>(tests: MethodTests<T>): void {
  describe.each(Object.entries<() => void>(tests))("%s", (_name, declare) => {
    declare();
  });
}
