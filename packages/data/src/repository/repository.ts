import { InvalidArgumentError } from "@plinth/core/errors";
import type { z } from "zod";
import type { Database } from "../database/database.ts";
import type {
  KeyFields,
  RecordKey,
  RecordSchema,
  RepositoryDeclaration,
  RepositoryDefinition,
} from "./definition.ts";
import type { RepositoryMethods } from "./entry.ts";
import { refusedName } from "./json-data.ts";
import { type RepositoryOptions, StoredRepository } from "./stored-repository.ts";

/** The class that `Repository` returns: extend it to give the repository a name and methods. */
export interface RepositoryClass<T, K extends readonly (keyof T)[]> {
  new (database: Database, options?: RepositoryOptions): RepositoryMethods<T, RecordKey<T, K>>;
  /** The declaration that the class was made from. */
  readonly definition: RepositoryDefinition;
}

/**
 * Makes a repository class out of a declaration. The class works with every database; records are
 * validated on the way in and on the way out.
 *
 * Throws `invalid_argument` when a field of the declaration has a name that cannot be stored, or when
 * key or index name a field that the schema does not have.
 *
 * @param declaration see {@link RepositoryDeclaration}
 */
export function Repository<S extends RecordSchema, const K extends KeyFields<z.output<S>>>(
  declaration: RepositoryDeclaration<S, K>,
): RepositoryClass<z.output<S>, K> {
  const { name, schema, key, indexes = {} } = declaration;
  const definition: RepositoryDefinition = Object.freeze({
    name,
    schema,
    key: Object.freeze([...key]),
    indexes: Object.freeze({ ...indexes }),
  });
  checkFields(definition);
  return class extends StoredRepository<z.output<S>, RecordKey<z.output<S>, K>> {
    static readonly definition: RepositoryDefinition = definition;

    constructor(database: Database, options?: RepositoryOptions) {
      super(definition, database, options);
    }
  };
}

function checkFields({ name, schema, key, indexes }: RepositoryDefinition): void {
  const refuse = (reason: string): never => {
    throw new InvalidArgumentError(`Repository "${name}": ${reason}.`);
  };
  if (key.length === 0) refuse("the key needs at least one field");
  if (new Set(key).size !== key.length) refuse("a field is named twice in the key");
  // Only object schemas say which fields there are; the data of others is checked when written.
  const shape: unknown = "shape" in schema ? schema.shape : undefined;
  if (typeof shape !== "object" || shape === null) return;
  for (const field of Object.keys(shape)) {
    const reason = refusedName(field, 1);
    if (reason !== undefined) refuse(`the field ${JSON.stringify(field)} ${reason}`);
  }
  const known = (field: string | undefined): boolean =>
    field === undefined || Object.hasOwn(shape, field);
  for (const field of key) {
    if (!known(field)) refuse(`the key field "${field}" is not in the schema`);
  }
  for (const [index, { partition, sort }] of Object.entries(indexes)) {
    if (!known(partition))
      refuse(`index "${index}" goes by "${partition}", which is not in the schema`);
    if (!known(sort)) refuse(`index "${index}" sorts by "${sort}", which is not in the schema`);
  }
}
