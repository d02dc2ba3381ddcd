import type { JsonObject } from "@plinth/core/errors";
import type { z } from "zod";

/** A schema that records can have: any zod schema whose values are objects. */
export type RecordSchema = z.ZodType<object>;

/** The fields of a record that can be part of its key: those that are always strings or numbers. */
export type KeyField<T> = {
  [F in keyof T & string]-?: T[F] extends string | number ? F : never;
}[keyof T & string];

/** The fields that an index can go by: strings, numbers or booleans, absent ones allowed. */
export type IndexField<T> = {
  [F in keyof T & string]-?: T[F] extends string | number | boolean | undefined ? F : never;
}[keyof T & string];

/** The fields that can say when a record ends. */
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

/** Turns stored data of one version into that of the next. Gets its own copy, which it may change. */
export type Upcaster = (old: JsonObject) => JsonObject;

/**
 * What names a record: an object with the key fields (a whole record will do), or, where the key is
 * one field, its bare value.
 */
export type RecordKey<T, K extends keyof T | readonly (keyof T)[]> = K extends keyof T
  ? T[K] | Readonly<Pick<T, K>>
  : K extends readonly [infer F extends keyof T]
    ? T[F] | Readonly<Pick<T, F>>
    : K extends readonly (keyof T)[]
      ? Readonly<Pick<T, K[number]>>
      : never;

/** The declaration of a repository, as given to `Repository`. */
export interface RepositoryDeclaration<
  S extends RecordSchema,
  K extends KeyFields<z.output<S>>,
  I extends IndexDeclarations<z.output<S>>,
> {
  /**
   * Names the repository in logs; also the table or collection unless another is given. 3 to 255 letters,
   * digits, `_`, `-` or `.`, without two underscores at both ends.
   */
  readonly name: string;
  /**
   * The shape of a record. Where stored and used form differ, use `z.codec`: a one-way `transform`
   * cannot be stored. Refinements must be synchronous.
   */
  readonly schema: S;
  /** The field that is the key, or the fields that make it up, in order. */
  readonly key: K;
  /**
   * Indexes by name (letters and digits): the records with the same `partition` value, ordered by
   * `sort`. Without `partition` all records are together; without `sort` they are in the order of
   * their keys. A record is in an index only if it has all of its fields. Default: none.
   */
  readonly indexes?: I;
  /**
   * A field that says when the record ends: milliseconds since 1970 (a number small enough to be seconds is
   * refused), or an ISO 8601 date-time with an offset. From then on the record is gone for every caller, whenever the engine removes it. A record without the field
   * does not end. Default: no record ends.
   */
  readonly expires?: ExpiryField<z.output<S>>;
  /** The version of the schema, a whole number from 1. Raise it when stored data changes. Default: 1. */
  readonly version?: number;
  /** How data of a version becomes data of the next one, by the version it begins with. Default: none. */
  readonly upcasters?: Readonly<Record<number, Upcaster>>;
}

/** An index as the repository's class carries it at run time. */
export interface IndexDefinition {
  readonly partition?: string | undefined;
  readonly sort?: string | undefined;
}

/** The declaration as the repository's class carries it at run time. */
export interface RepositoryDefinition {
  readonly name: string;
  readonly schema: RecordSchema;
  readonly key: readonly string[];
  readonly indexes: Readonly<Record<string, IndexDefinition>>;
  readonly expires?: string | undefined;
  readonly version: number;
  readonly upcasters: Readonly<Record<number, Upcaster>>;
}
