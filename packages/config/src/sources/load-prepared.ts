import { ConfigError, type ConfigFault } from "../config-error.ts";
import type { AnyConfigClass } from "../definition/config-types.ts";
import type { RawValue } from "../definition/evaluate.ts";
import {
  evaluateConfig,
  fieldsOf,
  type Origin,
  PreparedValues,
} from "../definition/evaluate-config.ts";
import type { Field } from "../definition/field.ts";
import { findMisspelled } from "../explain/find-misspelled.ts";
import { isReference } from "../secrets/reference.ts";
import { SecretReader } from "../secrets/secret-reader.ts";
import { type Layers, openLayers } from "./layers.ts";
import type { LoadOptions } from "./load-options.ts";
import { UnreadableSourceError } from "./unreadable-source-error.ts";

/**
 * Finds, resolves and validates every field of a class.
 *
 * @throws {ConfigError} with every fault.
 */
export async function loadPrepared(
  config: AnyConfigClass,
  options: LoadOptions,
): Promise<PreparedValues> {
  const evaluation = await evaluateLayers(config, layersFor(config, options), options);
  if (evaluation.faults.length > 0) throw new ConfigError(config.name, evaluation.faults);
  return new PreparedValues(evaluation.values, evaluation.origins);
}

/** Opens the layers; a file that cannot be read becomes a `ConfigError`. */
export function layersFor(config: AnyConfigClass, options: LoadOptions): Layers {
  const environment = config.fields["environment"]?.safeParse(undefined).data;
  try {
    return openLayers(options, typeof environment === "string" ? environment : "development");
  } catch (error) {
    if (!(error instanceof UnreadableSourceError)) throw error;
    throw new ConfigError(config.name, [
      unreadable({ name: "", variable: "configuration" }, error),
    ]);
  }
}

function unreadable(
  field: Pick<Field, "name" | "variable">,
  error: UnreadableSourceError,
): ConfigFault {
  return {
    field: field.name,
    variable: field.variable,
    source: { kind: error.kind, location: error.path },
    expected: "a readable file",
    problem: `${error.path} cannot be read: ${error.reason}.`,
  };
}

/** The values, origins and faults of a class, without throwing for faults. */
export async function evaluateLayers(
  config: AnyConfigClass,
  layers: Layers,
  options: LoadOptions,
): Promise<{
  values: Record<string, unknown>;
  origins: Map<string, Origin>;
  faults: ConfigFault[];
}> {
  const fields = fieldsOf(config);
  const raws = new Map<string, RawValue>();
  const known = new Map<string, ConfigFault>();
  const reader = new SecretReader(layers, options.secretTimeout);
  await Promise.all(
    [...fields.values()].map(async (field) => {
      const found = findRaw(field, layers);
      if (found === undefined) return;
      const resolved = isPointer(field, found) ? await reader.resolve(field, found) : found;
      if ("expected" in resolved) known.set(field.name, resolved);
      else raws.set(field.name, resolved);
    }),
  );
  await reader.close();
  const { values, faults } = evaluateConfig(config, raws, known);
  const misspelled = findMisspelled([...fields.values()], layers);
  return {
    values,
    origins: originsOf(fields, raws, layers, misspelled),
    faults: faults.map((fault) => {
      const name = misspelled.get(fault.field);
      if (fault.value !== undefined || fault.problem !== undefined) return fault;
      const full = { ...fault, variable: layers.fullName(fault.variable) };
      return name === undefined ? full : { ...full, misspelled: name };
    }),
  };
}

/** The text of a field's variable; a fault where its file cannot be read. */
export function findRaw(
  field: Pick<Field, "name" | "variable">,
  layers: Layers,
): RawValue | ConfigFault | undefined {
  try {
    const found = layers.find(field.variable);
    return found && { variable: found.variable, value: found.text, source: found.source };
  } catch (error) {
    if (error instanceof UnreadableSourceError) return unreadable(field, error);
    throw error;
  }
}

function isPointer(field: Field, found: RawValue | ConfigFault): found is RawValue {
  return field.isSecret && !("expected" in found) && isReference(String(found.value));
}

function originsOf(
  fields: ReadonlyMap<string, Field>,
  raws: ReadonlyMap<string, RawValue>,
  layers: Layers,
  misspelled: ReadonlyMap<string, string>,
): Map<string, Origin> {
  return new Map(
    [...fields.values()].map((field) => {
      const raw = raws.get(field.name);
      const name = misspelled.get(field.name);
      const origin: Origin = {
        variable: raw?.variable ?? layers.fullName(field.variable),
        source: raw?.source ?? { kind: "default" },
        ...(name === undefined ? {} : { misspelled: name }),
      };
      return [field.name, origin];
    }),
  );
}
