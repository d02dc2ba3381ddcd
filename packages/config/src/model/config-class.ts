import type * as z from "zod";
import type { ConfigExplanation } from "./config-explanation.ts";
import type { ConfigRule } from "./config-rule.ts";

/** The declaration of a configuration: one zod schema for each camelCase field. */
export type ConfigFields = Readonly<Record<string, z.ZodType>>;

/** The values of a configuration with these fields, after validation. */
export type ConfigValues<Fields extends ConfigFields> = {
  readonly [Name in keyof Fields]: z.output<Fields[Name]>;
};

type OptionalNames<Fields extends ConfigFields> = {
  [Name in keyof Fields]: undefined extends z.input<Fields[Name]> ? Name : never;
}[keyof Fields];

/** The values that the constructor takes. Fields with a default are optional. */
export type ConfigInput<Fields extends ConfigFields> = {
  readonly [Name in Exclude<keyof Fields, OptionalNames<Fields>>]: z.input<Fields[Name]>;
} & { readonly [Name in OptionalNames<Fields>]?: z.input<Fields[Name]> | undefined };

type Flat<T> = { [Name in keyof T]: T[Name] };

/** The fields of a subclass: those of its base, replaced by added ones of the same name. */
export type MergedFields<Base extends ConfigFields, Added extends ConfigFields> = Flat<
  Omit<Base, keyof Added> & Added
>;

/** The arguments of the constructor: optional if every field has a default. */
export type ConfigArguments<Fields extends ConfigFields> = [
  Exclude<keyof Fields, OptionalNames<Fields>>,
] extends [never]
  ? [values?: Flat<ConfigInput<Fields>>]
  : [values: Flat<ConfigInput<Fields>>];

/** The methods of every configuration object. */
export interface ConfigMethods {
  /** Every field with its variable, value (or `[secret]`), source and description. */
  explain(): ConfigExplanation;
  /** The fields as JSON. Secrets and passwords in URLs read `[secret]`. */
  toJSON(): Record<string, unknown>;
}

/** A configuration class with any fields, for functions that take one. */
export interface AnyConfigClass {
  new (...values: never[]): ConfigMethods;
  /** The schemas by field name, those of the base class included. */
  readonly fields: ConfigFields;
  /** The requirements between fields, those of the base class included. */
  readonly rules: readonly ConfigRule<never>[];
  readonly name: string;
}

/** Options of `extend`. */
export interface ExtendOptions<Values> {
  /** Requirements between fields, in addition to those of the base class. Default: none. */
  readonly rules?: readonly ConfigRule<Values>[];
}

/** Where `load` and `loadConfig` look for values, and how long they wait. */
export interface LoadOptions {
  /**
   * The first layer. Default: `process.env`. If it is given, no other layer is read unless `envFolder` or
   * `secretsFolder` is given too, so that a test depends on its own values only.
   */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Folder of the `.env` files. Default: the working directory. `false` reads none. */
  readonly envFolder?: string | false;
  /**
   * Folder with one file per variable, as Docker and Kubernetes mount secrets. Default: the variable
   * `SECRETS_FOLDER`, else `/run/secrets`. `false` reads none.
   */
  readonly secretsFolder?: string | false;
  /**
   * Prefix of every variable name. With `"THINGS_"`, `port` reads `THINGS_PORT` in any layer, and falls
   * back to `PORT`. Default: none.
   */
  readonly prefix?: string;
  /** Timeout of each secret reference in milliseconds. Default: 5,000. */
  readonly secretTimeout?: number;
}

/** A configuration class made from `Fields`, as `BaseConfig.extend` returns it. */
export interface ConfigClass<Fields extends ConfigFields, Instance> {
  /**
   * Validates the values and applies the defaults. The object and its values are frozen.
   *
   * @throws {ConfigError} naming every field that is missing or wrong.
   */
  new (...values: ConfigArguments<Fields>): Instance;
  /** The schemas by field name, those of the base class included. */
  readonly fields: Fields;
  /** The requirements between fields, those of the base class included. */
  readonly rules: readonly ConfigRule<never>[];
  readonly name: string;
  /**
   * Makes a subclass with more fields. A field of the same name replaces the one of the base class.
   *
   * @param fields zod schemas by camelCase name; `thingsTable` reads the variable `THINGS_TABLE`.
   * @throws {TypeError} if a schema cannot read the text of a variable (`z.number()`: use `number()`), a
   *   name is reserved, or two fields read the same variable.
   */
  extend<Self extends AnyConfigClass, Added extends ConfigFields>(
    this: Self,
    fields: Added,
    options?: ExtendOptions<ConfigValues<MergedFields<Self["fields"], Added>>>,
  ): ConfigClass<MergedFields<Self["fields"], Added>, InstanceType<Self> & ConfigValues<Added>>;
  /**
   * Reads every field from the environment; `LoadOptions` says where it looks.
   *
   * @throws {ConfigError} naming every variable that is missing or wrong.
   */
  load<Loaded>(this: new (...values: never[]) => Loaded, options?: LoadOptions): Promise<Loaded>;
}
