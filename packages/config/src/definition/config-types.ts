import type * as z from "zod";
import type { ConfigExplanation } from "../explain/config-explanation.ts";
import type { LoadOptions } from "../sources/load-options.ts";
import type { ConfigRule } from "./rules.ts";

/** The declaration of a configuration: one zod schema for each camelCase field. */
export type ConfigFields = Readonly<Record<string, z.ZodType>>;

/** What a configuration made of `Fields` holds after validation. */
export type ConfigValues<Fields extends ConfigFields> = {
  readonly [Name in keyof Fields]: z.output<Fields[Name]>;
};

type OptionalNames<Fields extends ConfigFields> = {
  [Name in keyof Fields]: undefined extends z.input<Fields[Name]> ? Name : never;
}[keyof Fields];

/** What the constructor of a configuration takes: fields with a default may be left out. */
export type ConfigInput<Fields extends ConfigFields> = {
  readonly [Name in Exclude<keyof Fields, OptionalNames<Fields>>]: z.input<Fields[Name]>;
} & { readonly [Name in OptionalNames<Fields>]?: z.input<Fields[Name]> | undefined };

type Flat<T> = { [Name in keyof T]: T[Name] };

/** The fields of a base with those of a subclass over them. */
export type MergedFields<Base extends ConfigFields, Added extends ConfigFields> = Flat<
  Omit<Base, keyof Added> & Added
>;

/** The constructor's arguments: none needed when every field has a default. */
export type ConfigArguments<Fields extends ConfigFields> = [
  Exclude<keyof Fields, OptionalNames<Fields>>,
] extends [never]
  ? [values?: Flat<ConfigInput<Fields>>]
  : [values: Flat<ConfigInput<Fields>>];

/** What every configuration object can do besides holding its fields. */
export interface ConfigMethods {
  /** Every field with variable, value (or `[secret]`), source and description. */
  explain(): ConfigExplanation;
  /** The fields as JSON; secrets and passwords inside URLs read `[secret]`. */
  toJSON(): Record<string, unknown>;
}

/** A configuration class whatever its fields, for functions that take one. */
export interface AnyConfigClass {
  new (...values: never[]): ConfigMethods;
  readonly fields: ConfigFields;
  readonly rules: readonly ConfigRule<never>[];
  readonly name: string;
}

/** Options of `extend`. */
export interface ExtendOptions<Values> {
  /** Requirements between fields; default none. Subclasses keep those of their base. */
  readonly rules?: readonly ConfigRule<Values>[];
}

/** A class made from `Fields`: what `BaseConfig.extend` returns. */
export interface ConfigClass<Fields extends ConfigFields, Instance> {
  /**
   * Validates the given values and applies the defaults. The result is frozen, values included.
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
   * Makes a subclass with more fields. A field of the same name replaces the base's.
   *
   * @param fields zod schemas by camelCase name; `thingsTable` reads the variable `THINGS_TABLE`.
   * @throws {TypeError} when a schema cannot read the text of a variable (`z.number()`; use
   *   `number()`), when a name is reserved, or when two fields read the same variable.
   */
  extend<Self extends AnyConfigClass, Added extends ConfigFields>(
    this: Self,
    fields: Added,
    options?: ExtendOptions<ConfigValues<MergedFields<Self["fields"], Added>>>,
  ): ConfigClass<MergedFields<Self["fields"], Added>, InstanceType<Self> & ConfigValues<Added>>;
  /**
   * Reads every field from the environment; see `LoadOptions` for where it looks.
   *
   * @throws {ConfigError} naming every variable that is missing or wrong.
   */
  load<Loaded>(this: new (...values: never[]) => Loaded, options?: LoadOptions): Promise<Loaded>;
}
