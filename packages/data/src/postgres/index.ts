export type {
  EmbeddedDatabase,
  EmbeddedSession,
  EmbeddedTransaction,
} from "./embedded-database.ts";
export { pgliteDriver, type PgliteOptions } from "./pglite-driver.ts";
export { postgresDriver, type PostgresOptions } from "./postgres-driver.ts";
export type { PostgresConnection, PostgresPool, PostgresQuery } from "./postgres-pool.ts";
export type { DeclaredRepository, PlacedRepository } from "../repository/declared-repository.ts";
export { postgresSql, type PostgresSqlOptions } from "./postgres-sql.ts";
