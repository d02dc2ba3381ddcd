import type { BindableRepository, Database } from "@plinth/data";

/** The repositories of a list of classes, in the same order. */
export type RepositoriesOf<C extends readonly BindableRepository<unknown>[]> = {
  -readonly [K in keyof C]: C[K] extends BindableRepository<infer R> ? R : never;
};

/** Makes repositories on the `database` of a test and opens them. */
export type OpenRepositories = <
  const C extends readonly BindableRepository<{ open(): Promise<void> }>[],
>(
  ...classes: C
) => Promise<RepositoriesOf<C>>;

/** Makes repositories on a database. */
export function repositoriesOn(database: Database): OpenRepositories {
  return async <const C extends readonly BindableRepository<{ open(): Promise<void> }>[]>(
    ...classes: C
  ) => {
    const made = classes.map((repository) => new repository(database));
    await Promise.all(made.map((repository) => repository.open()));
    return made as RepositoriesOf<C>;
  };
}
