import { describe, test } from "vitest";
import {
  engineEndpoint,
  engineVariables,
  type EngineLookup,
  type EngineName,
} from "./engine-endpoint.ts";

/**
 * A `describe` block that runs against a real engine.
 *
 * Without the engine the block is reported as skipped, under its title and with what to do about
 * it. Where `PLINTH_REQUIRE_ENGINES` names the engine (a comma-separated list, or `all`), it is a
 * failing test instead: that is what a build server sets.
 *
 * @param name The engine that the tests need.
 * @param title The title of the block.
 * @param body Declares the tests; gets the endpoint as {@link engineEndpoint} returns it.
 * @param lookup Where to look for the engine; defaults to this process.
 * @throws {TypeError} Where `PLINTH_REQUIRE_ENGINES` contains an unknown name.
 */
export function describeWithEngine(
  name: EngineName,
  title: string,
  body: (endpoint: string) => void,
  lookup: EngineLookup = {},
): void {
  const endpoint = engineEndpoint(name, lookup);
  const required = isEngineRequired(name, lookup.environment);
  describe(title, () => {
    if (endpoint !== undefined) body(endpoint);
    else if (required) {
      test(`needs the ${name} engine`, () => {
        throw new Error(`PLINTH_REQUIRE_ENGINES asks for ${name}, but ${howToStart(name)}.`);
      });
    } else test.skip(`needs the ${name} engine: ${howToStart(name)}`, () => undefined);
  });
}

/**
 * Whether `PLINTH_REQUIRE_ENGINES` asks for an engine.
 *
 * @param name The engine.
 * @param environment The variables to read. Default: `process.env`.
 * @returns `true` where the list contains the name or `all`.
 * @throws {TypeError} Where the list contains an unknown name: a typing error there would let
 *   tests be skipped in silence.
 */
export function isEngineRequired(
  name: EngineName | "chromium",
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  const list = environment["PLINTH_REQUIRE_ENGINES"] ?? "";
  const names = list.split(",").map((item) => item.trim());
  // moto and chromium are started by the tests that use them: they have no endpoint to look up.
  const known = ["all", ...Object.keys(engineVariables), "moto", "chromium"];
  const unknown = names.filter((item) => item !== "" && !known.includes(item));
  if (unknown.length > 0) {
    throw new TypeError(
      `PLINTH_REQUIRE_ENGINES names "${unknown.join('", "')}"; known are ${known.join(", ")}.`,
    );
  }
  return names.includes("all") || names.includes(name);
}

/** Why an engine is missing, and what to do. */
export function howToStart(name: EngineName): string {
  return `${engineVariables[name]} is not set and no \`npm run engines\` is running`;
}
