import * as z from "zod";
import type { Cloud } from "./config-class/base-config.ts";
import { loadInstance } from "./config-class/config-root.ts";
import { evaluateLayers } from "./evaluate/evaluate-config.ts";
import { evaluateField } from "./evaluate/evaluate-field.ts";
import type { AnyConfigClass, LoadOptions } from "./model/config-class.ts";
import { ConfigError, type ConfigFault } from "./model/config-error.ts";
import { fieldOf } from "./schema/field.ts";
import type { Layers } from "./sources/layers.ts";
import { readField } from "./sources/read-fields.ts";
import { Sources } from "./sources/sources.ts";

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
 * @param variants Classes by cloud, such as `{ local: ThingConfig, aws: AwsThingConfig }`. `CLOUD` defaults to
 *   `local`; it is required if there is no `local` variant.
 * @param options Where to look for values; see `LoadOptions`.
 * @throws {ConfigError} with every fault of the chosen class. If `CLOUD` names no variant, it lists the
 *   choices and the faults of the fields that all variants share.
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
  const sources = new Sources(options);
  const layers = sources.layersOf(first[1]);
  const found = readField(field, layers);
  const outcome =
    found !== undefined && "expected" in found ? { fault: found } : evaluateField(field, found);
  if (outcome.fault !== undefined) {
    const configs = entries.map(([, config]) => config);
    const others = await sharedFaults(configs, layers, options);
    throw new ConfigError("The configuration", [outcome.fault, ...others]);
  }
  const chosen = entries.find(([name]) => name === outcome.value)?.[1] ?? first[1];
  return loadInstance(
    chosen as AnyConfigClass & (new (...values: never[]) => LoadedVariant<Variants>),
    sources,
    options,
  );
}

/** Faults of the fields that every variant declares alike: they do not depend on `CLOUD`. */
async function sharedFaults(
  configs: readonly AnyConfigClass[],
  layers: Layers,
  { secretTimeout }: LoadOptions,
): Promise<ConfigFault[]> {
  const [first, ...rest] = configs;
  if (first === undefined) return [];
  const { faults } = await evaluateLayers(first, layers, secretTimeout);
  return faults.filter(
    ({ field }) =>
      field !== "cloud" && rest.every((other) => other.fields[field] === first.fields[field]),
  );
}
