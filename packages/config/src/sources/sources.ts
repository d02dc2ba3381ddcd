import { join } from "node:path";
import type { AnyConfigClass, LoadOptions } from "../model/config-class.ts";
import { ConfigError, type ConfigFault } from "../model/config-error.ts";
import { UnreadableFileError } from "../secrets/read-text-file.ts";
import { envFileLayer } from "./env-file-layer.ts";
import { type Layer, Layers, variablesLayer } from "./layers.ts";
import { secretsFolderLayer } from "./secrets-folder-layer.ts";

/** The sources of one load. Each is opened once, however many classes are read from them. */
export class Sources {
  readonly #options: LoadOptions;
  readonly #variables: Layer;
  readonly #opened = new Map<string, Layer | undefined>();
  /** By the name of the environment that applies where no source sets `ENVIRONMENT`. */
  readonly #layers = new Map<string, Layers>();

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#variables = variablesLayer(options.variables ?? process.env);
  }

  /**
   * The layers of a class: variables, `.env.<environment>.local`, `.env.local`, `.env.<environment>`, `.env`,
   * secrets folder. The default of its field `environment` chooses the files if no source does.
   *
   * @throws {ConfigError} if a file or folder exists, or was named, and cannot be read.
   */
  layersOf(config: AnyConfigClass): Layers {
    const named = config.fields["environment"]?.safeParse(undefined).data;
    const environment = typeof named === "string" ? named : "development";
    try {
      const layers = this.#layers.get(environment) ?? this.#open(environment);
      this.#layers.set(environment, layers);
      return layers;
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      throw new ConfigError(config.name, [
        unreadable({ name: "", variable: "configuration" }, error),
      ]);
    }
  }

  #open(defaultEnvironment: string): Layers {
    const { envFolder, secretsFolder, prefix = "", variables } = this.#options;
    // A test that gives variables must not depend on the files of its machine.
    const isAlone = variables !== undefined;
    const folder = envFolder ?? (isAlone ? false : process.cwd());
    const files = folder === false ? [] : this.#envFiles(folder, prefix, defaultEnvironment);
    const layers = [this.#variables, ...files];
    const named = secretsFolder ?? new Layers(layers, prefix).find("SECRETS_FOLDER")?.value;
    const path = named ?? (isAlone ? false : "/run/secrets");
    const secrets =
      path === false
        ? undefined
        : this.#once(path, () => secretsFolderLayer(path, named !== undefined));
    return new Layers(secrets === undefined ? layers : [...layers, secrets], prefix);
  }

  #envFiles(folder: string, prefix: string, defaultEnvironment: string): Layer[] {
    const open = (name: string, ignored: readonly string[] = []): Layer | undefined => {
      const path = join(folder, name);
      return this.#once(path, () => envFileLayer(path, ignored));
    };
    const local = open(".env.local");
    const base = open(".env");
    const always = [this.#variables, local, base].filter((layer) => layer !== undefined);
    const environment = new Layers(always, prefix).find("ENVIRONMENT")?.value ?? defaultEnvironment;
    // ENVIRONMENT has chosen these files: setting it there could only contradict the choice.
    const ignored = ["ENVIRONMENT", `${prefix}ENVIRONMENT`];
    const ofEnvironment = (suffix: string): Layer | undefined =>
      // `.env.local` is the file for all environments.
      /^[\w.-]+$/.test(environment) && environment + suffix !== "local"
        ? open(`.env.${environment}${suffix}`, ignored)
        : undefined;
    return [ofEnvironment(".local"), local, ofEnvironment(""), base].filter(
      (layer) => layer !== undefined,
    );
  }

  #once(path: string, open: () => Layer | undefined): Layer | undefined {
    if (!this.#opened.has(path)) this.#opened.set(path, open());
    return this.#opened.get(path);
  }
}

/** The fault of a file that cannot be read. */
export function unreadable(
  field: { readonly name: string; readonly variable: string },
  error: UnreadableFileError,
): ConfigFault {
  return {
    field: field.name,
    variable: field.variable,
    source: { kind: error.kind, location: error.path },
    expected: "a readable file",
    problem: error.message,
  };
}
