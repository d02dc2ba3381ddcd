import {
  AppInfo,
  type Binding,
  type Class,
  Logger,
  type Token,
  type TokenValues,
} from "@plinth/core";
import type { Driver } from "../driver/driver.ts";
import type { RepositoryOptions } from "../repository/stored-repository.ts";
import { Database } from "./database.ts";
import { type Openable, OpenedTogether } from "./opened-together.ts";

/** Environments where no caller is a stranger. */
const withoutStrangers: ReadonlySet<string> = new Set(["development", "test"]);

/** A repository class as `bindRepository` takes it: anything made by extending `Repository(...)`. */
export type BindableRepository<R> = new (database: Database, options?: RepositoryOptions) => R;

type Created = Driver | Database | Promise<Driver | Database>;
type Create = (...resolved: never[]) => Created;

/**
 * Binds `Database`: made when the app starts, closed when it stops, healthy while it answers. Outside of the
 * environments `development` and `test`, a database without a `cursorKey` is logged as a warning.
 *
 * @param create makes the driver, or a whole `Database` where it takes options
 */
export function bindDatabase(create: () => Created): Binding;
/**
 * Binds `Database`, made from other things that the app has, such as its configuration.
 *
 * @param dependencies tokens of what `create` needs, such as the config class
 * @param create makes the driver, or a whole `Database` where it takes options
 */
export function bindDatabase<const D extends readonly Token<unknown>[]>(
  dependencies: D,
  create: (...resolved: TokenValues<D>) => Created,
): Binding;
export function bindDatabase(
  ...given: [create: Create] | [dependencies: readonly Token<unknown>[], create: Create]
): Binding {
  const [dependencies, create] = given.length === 1 ? [[], given[0]] : given;
  return (binder) =>
    binder.bind(Database).toResource([AppInfo, Logger, ...dependencies], {
      create: async (app: AppInfo, logger: Logger, ...resolved: unknown[]) => {
        const made = await create(...(resolved as never[]));
        const database = made instanceof Database ? made : new Database(made);
        if (database.hasPublicCursorKey && !withoutStrangers.has(app.environment)) {
          logger.warn(
            "The cursors of queries are sealed with the default key, which is public: anybody can make one. Give the database a cursorKey of your own.",
          );
        }
        return database;
      },
      health: (database: Database) => database.ping(),
      close: (database: Database) => database.close(),
    });
}

const groups = new WeakMap<Database, OpenedTogether>();

function groupOf(database: Database): OpenedTogether {
  const group = groups.get(database) ?? new OpenedTogether();
  groups.set(database, group);
  return group;
}

/**
 * Binds a repository to its class. At start it creates or checks its collection, so that a missing
 * table stops the app before it listens; all repositories of a database do so side by side. To start
 * without a look at tables, set `checkSchema: false` on the database.
 *
 * @param repository the class, which is the token as well
 * @param dependencies tokens of what `optionsOf` needs. Default: none
 * @param optionsOf makes the repository's options. Default: the collection is the repository's name
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
