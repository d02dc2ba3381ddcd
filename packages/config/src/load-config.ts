import * as z from "zod";
import type { Cloud } from "./base-config.ts";
import { ConfigError, type ConfigFault } from "./config-error.ts";
import type { AnyConfigClass } from "./definition/config-types.ts";
import { evaluateField } from "./definition/evaluate.ts";
import { fieldOf } from "./definition/field.ts";
import { evaluateLayers, findRaw, layersFor, loadPrepared } from "./sources/load-prepared.ts";
import type { LoadOptions } from "./sources/load-options.ts";

/** A configuration class for each cloud that a service supports. */
export type ConfigVariants = { readonly [C in Cloud]?: AnyConfigClass };

type LoadedVariant<Variants extends ConfigVariants> = {
  [C in keyof Variants]: Variants[C] extends new (...values: never[]) => infer Loaded
    ? Loaded
    : never;
}[keyof Variants];

/**
 * Loads the configuration class that the variable `CLOUD` names.
 *
 * @param variants classes by cloud, for example `{ local: ThingConfig, aws: AwsThingConfig }`.
 *   Without `CLOUD` it is `local`; if `local` is not among them, `CLOUD` is required.
 * @param options where to look; see `LoadOptions`.
 * @throws {ConfigError} listing the choices when `CLOUD` is none of them, with the faults of the
 *   fields that all variants share; else every fault of the chosen class.
 */
export async function loadConfig<const Variants extends ConfigVariants>(
  variants: Variants,
  options: LoadOptions = {},
): Promise<LoadedVariant<Variants>> {
  const entries = Object.entries<AnyConfigClass | undefined>(variants).filter(
    (entry): entry is [string, AnyConfigClass] => entry[1] !== undefined,
  );
  const [first] = entries;
  if (first === undefined) throw new TypeError("loadConfig needs at least one variant.");
  const clouds = entries.map(([name]) => name);
  const choice = z.enum(clouds);
  const field = fieldOf("cloud", clouds.includes("local") ? choice.default("local") : choice);
  const layers = layersFor(first[1], options);
  const found = findRaw(field, layers);
  const outcome =
    found !== undefined && "expected" in found ? { fault: found } : evaluateField(field, found);
  if (outcome.fault !== undefined) {
    const others = await sharedFaults(
      entries.map(([, config]) => config),
      layers,
      options,
    );
    throw new ConfigError("The configuration", [outcome.fault, ...others]);
  }
  const chosen = entries.find(([name]) => name === outcome.value)?.[1] ?? first[1];
  return new (chosen as unknown as new (values: object) => LoadedVariant<Variants>)(
    await loadPrepared(chosen, options),
  );
}

/** Faults of the fields that every variant declares alike: they hold whatever `CLOUD` was meant. */
async function sharedFaults(
  configs: readonly AnyConfigClass[],
  layers: ReturnType<typeof layersFor>,
  options: LoadOptions,
): Promise<ConfigFault[]> {
  const [first, ...rest] = configs;
  if (first === undefined) return [];
  const { faults } = await evaluateLayers(first, layers, options);
  return faults.filter(
    ({ field }) =>
      field !== "cloud" && rest.every((other) => other.fields[field] === first.fields[field]),
  );
}
