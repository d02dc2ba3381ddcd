/** Where `load` and `loadConfig` look, and how long they wait. */
export interface LoadOptions {
  /**
   * The first layer; default `process.env`. When it is given, nothing else is read unless
   * `envFolder` or `secretsFolder` is given too, so that a test depends on what it says alone.
   */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Folder of the `.env` files; default the working directory. `false` reads none. */
  readonly envFolder?: string | false;
  /**
   * Folder with one file for each variable, as Docker and Kubernetes mount secrets; default the
   * variable `SECRETS_FOLDER`, else `/run/secrets`. `false` reads none.
   */
  readonly secretsFolder?: string | false;
  /**
   * Put before every variable name: with `"THINGS_"`, `port` reads `THINGS_PORT` in any layer, and
   * only if that is nowhere `PORT`. Default none.
   */
  readonly prefix?: string;
  /** Time limit for each secret reference in milliseconds; default 5,000. */
  readonly secretTimeout?: number;
}
