import { AppInfo, type Binding, Logger, type Token, type TokenValues } from "@plinth/core";
import { Database } from "../database/database.ts";
import type { Driver } from "../driver/driver.ts";

/** Environments where no caller is a stranger. */
const withoutStrangers: ReadonlySet<string> = new Set(["development", "test"]);

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
