import type { z } from "zod";
import type { Database } from "../database/database.ts";
import { checkDeclaration, checkShape } from "./check-declaration.ts";
import type {
  IndexDeclarations,
  KeyFields,
  RecordKey,
  RecordSchema,
  RepositoryDeclaration,
  RepositoryDefinition,
} from "./definition.ts";
import type { NoIndexes, RepositoryMethods } from "./repository-methods.ts";
import { type RepositoryOptions, StoredRepository } from "./stored-repository.ts";

/** The class that `Repository` returns. Extend it to give the repository a name and methods. */
export interface RepositoryClass<
  T,
  K extends keyof T | readonly (keyof T)[],
  I extends IndexDeclarations<T> = NoIndexes,
> {
  new (database: Database, options?: RepositoryOptions): RepositoryMethods<T, RecordKey<T, K>, I>;
  /** The declaration of the class. */
  readonly definition: RepositoryDefinition;
}

/**
 * Makes a repository class from a declaration. The class works with every database, and validates records on
 * writes and reads.
 *
 * Throws a `DeclarationError` if the name is not valid for a collection, a field has a name that cannot be
 * stored, key, index or expiry name a field that the schema lacks, an index sorts by a codec, or versions and
 * upcasters do not match.
 */
export function Repository<
  S extends RecordSchema,
  const K extends KeyFields<z.output<S>>,
  const I extends IndexDeclarations<z.output<S>> = NoIndexes,
>(declaration: RepositoryDeclaration<S, K, I>): RepositoryClass<z.output<S>, K, I> {
  checkShape(declaration);
  const { name, schema, key, indexes = {}, expires, version = 1, upcasters = {} } = declaration;
  const definition: RepositoryDefinition = Object.freeze({
    name,
    schema,
    key: Object.freeze([key].flat()),
    indexes: Object.freeze({ ...indexes }),
    expires,
    version,
    upcasters: Object.freeze({ ...upcasters }),
  });
  checkDeclaration(definition);
  return class extends StoredRepository<z.output<S>, RecordKey<z.output<S>, K>, I> {
    static readonly definition: RepositoryDefinition = definition;

    constructor(database: Database, options?: RepositoryOptions) {
      super(definition, database, options);
    }
  };
}
