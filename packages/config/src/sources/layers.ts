import { join } from "node:path";
import type { ConfigSource, FoundVariable, Layer } from "./config-source.ts";
import { envFileLayer } from "./env-file-layer.ts";
import type { LoadOptions } from "./load-options.ts";
import { secretsFolderLayer } from "./secrets-folder-layer.ts";
import { variablesLayer } from "./variables-layer.ts";

/** Every layer in order, the first with a value wins. */
export class Layers {
  readonly #layers: readonly Layer[];
  readonly #prefix: string;

  constructor(layers: readonly Layer[], prefix: string) {
    this.#layers = layers;
    this.#prefix = prefix;
  }

  /** A variable: with the prefix in any layer, else without it in any layer. */
  find(variable: string): FoundVariable | undefined {
    const names = new Set([this.#prefix + variable, variable]);
    for (const name of names) {
      for (const layer of this.#layers) {
        const found = layer.find(name);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** The name that a message gives a variable that is set nowhere. */
  fullName(variable: string): string {
    return this.#prefix + variable;
  }

  /** Every name that is set, with the first layer that sets it. */
  names(): Map<string, ConfigSource> {
    const names = new Map<string, ConfigSource>();
    for (const layer of this.#layers) {
      for (const name of layer.names) if (!names.has(name)) names.set(name, layer.source);
    }
    return names;
  }
}

/**
 * Opens the layers: variables, `.env.<environment>.local`, `.env.local`, `.env.<environment>`,
 * `.env`, secrets folder.
 *
 * @param options where to look.
 * @param defaultEnvironment the environment's name when no layer sets `ENVIRONMENT`.
 * @throws {UnreadableSourceError} when a file or folder is there but cannot be read.
 */
export function openLayers(options: LoadOptions, defaultEnvironment: string): Layers {
  const { prefix = "", variables = process.env } = options;
  const alone = options.variables !== undefined;
  const first = variablesLayer(variables);
  const envFolder = options.envFolder ?? (alone ? false : process.cwd());
  const files = envFolder === false ? [] : envFiles(first, envFolder, prefix, defaultEnvironment);
  const named =
    options.secretsFolder ?? new Layers([first, ...files], prefix).find("SECRETS_FOLDER")?.text;
  const secretsFolder = named ?? (alone ? false : "/run/secrets");
  const secrets =
    secretsFolder === false ? undefined : secretsFolderLayer(secretsFolder, named !== undefined);
  return new Layers([first, ...files, ...(secrets === undefined ? [] : [secrets])], prefix);
}

function envFiles(first: Layer, folder: string, prefix: string, fallback: string): Layer[] {
  const local = envFileLayer(join(folder, ".env.local"));
  const base = envFileLayer(join(folder, ".env"));
  const known = [first, local, base].filter((layer) => layer !== undefined);
  const environment = new Layers(known, prefix).find("ENVIRONMENT")?.text ?? fallback;
  // The file was chosen by ENVIRONMENT: setting it again there could only contradict the choice.
  const ignored = ["ENVIRONMENT", `${prefix}ENVIRONMENT`];
  const ofEnvironment = (suffix: string): Layer | undefined =>
    /^[\w.-]+$/.test(environment) && !["local"].includes(environment + suffix)
      ? envFileLayer(join(folder, `.env.${environment}${suffix}`), ignored)
      : undefined;
  return [ofEnvironment(".local"), local, ofEnvironment(""), base].filter(
    (layer) => layer !== undefined,
  );
}
