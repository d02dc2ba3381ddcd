import type { z } from "zod";
import type { IndexDefinition } from "../driver/driver.ts";

/** A schema that records can have: any zod schema whose values are objects. */
export type RecordSchema = z.ZodType<object>;

/** The fields of a record that can be part of its key: those that are always strings or numbers. */
export type KeyField<T> = {
  [F in keyof T & string]-?: T[F] extends string | number ? F : never;
}[keyof T & string];

/** The fields of a record that an index can go by: strings or numbers, absent ones allowed. */
export type IndexField<T> = {
  [F in keyof T & string]-?: T[F] extends string | number | undefined ? F : never;
}[keyof T & string];

/** A list of at least one key field. */
export type KeyFields<T> = readonly [KeyField<T>, ...KeyField<T>[]];

/**
 * What names a record: an object with the key fields (a whole record will do), or, where the key is
 * one field, its bare value.
 */
export type RecordKey<T, K extends readonly (keyof T)[]> = K extends readonly [
  infer F extends keyof T,
]
  ? T[F] | Readonly<Pick<T, F>>
  : Readonly<Pick<T, K[number]>>;

/** The declaration of a repository, as given to `Repository`. */
export interface RepositoryDeclaration<S extends RecordSchema, K extends KeyFields<z.output<S>>> {
  /** Names the repository in messages; also the table or collection unless another is given. */
  readonly name: string;
  /**
   * The shape of a record. Where stored and used form differ, use `z.codec`: a one-way `transform`
   * cannot be stored. Refinements must be synchronous.
   */
  readonly schema: S;
  /** The fields that make up the key, in order. */
  readonly key: K;
  /** Indexes by name: records with the same `partition`, ordered by `sort`. Default: none. */
  readonly indexes?: Readonly<
    Record<
      string,
      {
        readonly partition: IndexField<z.output<S>>;
        readonly sort?: IndexField<z.output<S>>;
      }
    >
  >;
}

/** The declaration as the repository's class carries it at run time. */
export interface RepositoryDefinition {
  readonly name: string;
  readonly schema: RecordSchema;
  readonly key: readonly string[];
  readonly indexes: Readonly<Record<string, IndexDefinition>>;
}
