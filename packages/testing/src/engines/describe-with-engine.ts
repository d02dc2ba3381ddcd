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
 * Without the engine the block is skipped, and the report says how to start it. If
 * `PLINTH_REQUIRE_ENGINES` names the engine (a comma-separated list, or `all`), the block fails instead:
 * set it on a build server.
 *
 * @param name The engine that the tests need.
 * @param title The title of the block.
 * @param body Declares the tests; receives the endpoint, as {@link engineEndpoint} returns it.
 * @param lookup Where to look for the engine. Default: this process.
 * @throws {TypeError} If `PLINTH_REQUIRE_ENGINES` contains an unknown name.
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
 * @returns `true` if the list contains the name or `all`.
 * @throws {TypeError} If the list contains an unknown name: a typing error would skip tests silently.
 */
export function isEngineRequired(
  name: EngineName | "chromium",
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  const list = environment["PLINTH_REQUIRE_ENGINES"] ?? "";
  const names = list.split(",").map((item) => item.trim());
  // Tests start moto and chromium themselves: these have no endpoint to look up.
  const known = ["all", ...Object.keys(engineVariables), "moto", "chromium"];
  const unknown = names.filter((item) => item !== "" && !known.includes(item));
  if (unknown.length > 0) {
    throw new TypeError(
      `PLINTH_REQUIRE_ENGINES names "${unknown.join('", "')}"; known are ${known.join(", ")}.`,
    );
  }
  return names.includes("all") || names.includes(name);
}

/** Why an engine is missing, and how to start it. */
export function howToStart(name: EngineName): string {
  return `${engineVariables[name]} is not set and no \`npm run engines\` is running`;
}
