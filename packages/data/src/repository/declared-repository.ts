import { DeclarationError } from "@plinth/core/errors";
import type { CollectionDefinition } from "../driver/driver-collection.ts";
import type { RepositoryDefinition } from "../repository/definition.ts";

/** A class made by `Repository`: the parts that its tables depend on. */
export interface DeclaredRepository {
  readonly definition: Pick<RepositoryDefinition, "name" | "indexes" | "expires">;
}

/** A repository with a collection of another name. */
export interface PlacedRepository {
  readonly repository: DeclaredRepository;
  readonly collection: string;
}

/**
 * The collections that repositories need, in order. Throws a `DeclarationError` if two repositories have the
 * same one.
 */
export function collectionsOf(
  repositories: readonly (DeclaredRepository | PlacedRepository)[],
): readonly CollectionDefinition[] {
  const collections = repositories.map((given): CollectionDefinition => {
    const { definition } = "repository" in given ? given.repository : given;
    return {
      name: "repository" in given ? given.collection : definition.name,
      indexes: Object.keys(definition.indexes),
      expires: definition.expires !== undefined,
    };
  });
  const names = new Set<string>();
  for (const { name } of collections) {
    if (names.has(name)) {
      throw new DeclarationError(
        `Two repositories have the collection "${name}"; give one of them another by { repository, collection }.`,
      );
    }
    names.add(name);
  }
  return collections;
}
