import type { Binding, Class, Token, TokenValues } from "@plinth/core";
import { Database } from "../database/database.ts";
import type { RepositoryOptions } from "../repository/stored-repository.ts";

/** A repository class for `bindRepository`: any class that extends `Repository(...)`. */
export type BindableRepository<R> = new (database: Database, options?: RepositoryOptions) => R;

/** A repository as an app starts it. */
interface Openable {
  open(): Promise<void>;
}

const groups = new WeakMap<Database, OpenedTogether>();

function groupOf(database: Database): OpenedTogether {
  const group = groups.get(database) ?? new OpenedTogether();
  groups.set(database, group);
  return group;
}

/**
 * Binds a repository to its class. At start it creates or checks its collection, so that a missing table
 * stops the app before it listens. All repositories of a database do so in parallel. To start without
 * the check, set `checkSchema: false` on the database.
 *
 * @param repository The class, which is also the token.
 * @param dependencies Tokens of the arguments of `optionsOf`. Default: none.
 * @param optionsOf Makes the repository's options. Default: the collection has the repository's name.
 */
export function bindRepository<
  R extends Openable,
  const D extends readonly Token<unknown>[] = readonly [],
>(
  repository: BindableRepository<R>,
  dependencies?: D,
  optionsOf?: (...resolved: TokenValues<D>) => RepositoryOptions,
): Binding {
  const needed = dependencies ?? ([] as unknown as D);
  const openedWith = new WeakMap<R, OpenedTogether>();
  return (binder) =>
    binder.bind(repository as Class<R>).toResource([Database, ...needed], {
      create: (database: Database, ...resolved: unknown[]) => {
        const made = new repository(database, optionsOf?.(...(resolved as TokenValues<D>)));
        const group = groupOf(database);
        group.add(made);
        openedWith.set(made, group);
        return made;
      },
      start: (made: R) => openedWith.get(made)?.open(made) ?? made.open(),
    });
}

/**
 * Repositories of one database that open in parallel when the first one is started: an app starts its
 * resources one after the other, and each of these only waits for the engine.
 */
class OpenedTogether {
  readonly #repositories: Openable[] = [];
  #opened: Map<Openable, Promise<void>> | undefined;

  /** Adds a repository. */
  add(repository: Openable): void {
    this.#repositories.push(repository);
  }

  /** Opens a repository, and starts to open the others. Rejects only if this one fails. */
  async open(repository: Openable): Promise<void> {
    if (this.#opened === undefined) {
      this.#opened = new Map(this.#repositories.map((each) => [each, each.open()]));
      // Each caller awaits its own repository. If the first one fails, no caller awaits the others.
      for (const opening of this.#opened.values()) opening.catch(() => undefined);
    }
    await (this.#opened.get(repository) ?? repository.open());
  }
}
