import type { JsonObject } from "@plinth/core/errors";
import type { z } from "zod";

/** A schema of records: any zod schema whose values are objects. */
export type RecordSchema = z.ZodType<object>;

/** The fields that can be part of a key: those that are always strings or numbers. */
export type KeyField<T> = {
  [F in keyof T & string]-?: T[F] extends string | number ? F : never;
}[keyof T & string];

/** The fields that an index can use: strings, numbers or booleans, which may be absent. */
export type IndexField<T> = {
  [F in keyof T & string]-?: T[F] extends string | number | boolean | undefined ? F : never;
}[keyof T & string];

/** The fields that can hold the time at which a record expires. */
export type ExpiryField<T> = {
  [F in keyof T & string]-?: T[F] extends string | number | Date | undefined ? F : never;
}[keyof T & string];

/** One key field, or a list of at least one: `"thingId"` means the same as `["thingId"]`. */
export type KeyFields<T> = KeyField<T> | readonly [KeyField<T>, ...KeyField<T>[]];

/** One index of a declaration; see {@link RepositoryDeclaration.indexes}. */
export interface IndexDeclaration<T> {
  readonly partition?: IndexField<T>;
  readonly sort?: IndexField<T>;
}

/** The indexes of a declaration, by name. */
export type IndexDeclarations<T> = Readonly<Record<string, IndexDeclaration<T>>>;

/** Turns stored data of one version into data of the next. Gets a copy, which it may change. */
export type Upcaster = (old: JsonObject) => JsonObject;

/**
 * The key of a record: an object with the key fields, such as a whole record, or the value of the field if
 * the key has one field.
 */
export type RecordKey<T, K extends keyof T | readonly (keyof T)[]> = K extends keyof T
  ? T[K] | Readonly<Pick<T, K>>
  : K extends readonly [infer F extends keyof T]
    ? T[F] | Readonly<Pick<T, F>>
    : K extends readonly (keyof T)[]
      ? Readonly<Pick<T, K[number]>>
      : never;

/** The declaration of a repository, for `Repository`. */
export interface RepositoryDeclaration<
  S extends RecordSchema,
  K extends KeyFields<z.output<S>>,
  I extends IndexDeclarations<z.output<S>>,
> {
  /**
   * The name of the repository in logs, and the default name of its table or collection. 3 to 255 letters,
   * digits, `_`, `-` or `.`, without two underscores at both ends.
   */
  readonly name: string;
  /**
   * The schema of a record. If the stored form differs, use `z.codec`: a one-way `transform` cannot be
   * stored. Refinements must be synchronous.
   */
  readonly schema: S;
  /** The field that is the key, or the fields that make it up, in order. */
  readonly key: K;
  /**
   * Indexes by name (letters and digits). An index has the records with the same `partition` value in the
   * order of `sort`. Without `partition`, all records are in one partition; without `sort`, they are in the
   * order of their keys. A record is in an index only if it has all fields of the index. Default: none.
   */
  readonly indexes?: I;
  /**
   * The field with the time at which the record expires: milliseconds since 1970 (a number small enough to be
   * seconds is rejected), or an ISO 8601 date-time with an offset. From then on the record is absent for
   * every caller, even before the engine removes it. A record without the field does not expire. Default: no
   * record expires.
   */
  readonly expires?: ExpiryField<z.output<S>>;
  /** The version of the schema, a whole number from 1. Raise it when the stored form changes. Default: 1. */
  readonly version?: number;
  /** Upcasters by the version that they start from: each makes data of the next version. Default: none. */
  readonly upcasters?: Readonly<Record<number, Upcaster>>;
}

/** An index of a {@link RepositoryDefinition}. */
export interface IndexDefinition {
  readonly partition?: string | undefined;
  readonly sort?: string | undefined;
}

/** The declaration at run time, with defaults, as the static `definition` of a repository class. */
export interface RepositoryDefinition {
  readonly name: string;
  readonly schema: RecordSchema;
  readonly key: readonly string[];
  readonly indexes: Readonly<Record<string, IndexDefinition>>;
  readonly expires?: string | undefined;
  readonly version: number;
  readonly upcasters: Readonly<Record<number, Upcaster>>;
}
