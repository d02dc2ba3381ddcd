import { AppInfo, type Binding, Logger, type Token, type TokenValues } from "@plinth/core";
import { Database } from "../database/database.ts";
import type { Driver } from "../driver/driver.ts";

/** Environments without foreign callers. */
const trustedEnvironments: ReadonlySet<string> = new Set(["development", "test"]);

type Create = (...resolved: never[]) => Driver | Database | Promise<Driver | Database>;

/**
 * Binds `Database`: created when the app starts, closed when it stops, and healthy while it answers. Except in
 * the environments `development` and `test`, logs a warning if the database has no `cursorKey`.
 *
 * @param create Makes the driver, or a `Database` if it takes options.
 */
export function bindDatabase(create: () => Driver | Database | Promise<Driver | Database>): Binding;
/**
 * Binds `Database`, created from dependencies such as the configuration.
 *
 * @param dependencies Tokens of the arguments of `create`, such as the config class.
 * @param create Makes the driver, or a `Database` if it takes options.
 */
export function bindDatabase<const D extends readonly Token<unknown>[]>(
  dependencies: D,
  create: (...resolved: TokenValues<D>) => Driver | Database | Promise<Driver | Database>,
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
        if (database.hasPublicCursorKey && !trustedEnvironments.has(app.environment)) {
          logger.warn(
            "The cursors of queries are sealed with the default key, which is public: any caller can make one. Set the cursorKey of the database.",
          );
        }
        return database;
      },
      health: (database: Database) => database.ping(),
      close: (database: Database) => database.close(),
    });
}
