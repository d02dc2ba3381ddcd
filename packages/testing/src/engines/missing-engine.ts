import { howToStart } from "../engines/describe-with-engine.ts";
import type { EngineName } from "../engines/engine-endpoint.ts";

/** @throws {Error} Always: it names the missing engine, and says how to skip the tests without it. */
export function missingEngine(name: EngineName): never {
  throw new Error(
    `There is no ${name} engine: ${howToStart(name)}. Put the tests into describeWithEngine("${name}", …), which skips them without it.`,
  );
}
