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

/** The class that `Repository` returns: extend it to give the repository a name and methods. */
export interface RepositoryClass<
  T,
  K extends keyof T | readonly (keyof T)[],
  I extends IndexDeclarations<T> = NoIndexes,
> {
  new (database: Database, options?: RepositoryOptions): RepositoryMethods<T, RecordKey<T, K>, I>;
  /** The declaration that the class was made from. */
  readonly definition: RepositoryDefinition;
}

/**
 * Makes a repository class out of a declaration. The class works with every database; records are
 * validated on the way in and on the way out.
 *
 * Throws a `DeclarationError` when the name is none that a collection can have, when a field of the
 * declaration has a name that cannot be stored, when key, index or expiry name a field that the schema does
 * not have, when an index sorts by a codec, or when versions and upcasters do not fit.
 *
 * @param declaration see {@link RepositoryDeclaration}
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
    key: Object.freeze(typeof key === "string" ? [key] : [...key]),
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
