export { bindCloudDatabase, type CloudDatabaseConfig } from "./bindings/bind-cloud-database.ts";
export { bindDatabase } from "./bindings/bind-database.ts";
export { bindRepository, type BindableRepository } from "./bindings/bind-repository.ts";
export { Database, type DatabaseOptions } from "./database/database.ts";
export type { TransactionOptions, TransactionResults } from "./database/transact.ts";
export type { Driver, DriverCapabilities } from "./driver/driver.ts";
export type {
  CollectionDefinition,
  DriverCallOptions,
  DriverCollection,
} from "./driver/driver-collection.ts";
export { conditionHolds, isExpired } from "./driver/condition-holds.ts";
export type {
  CountQuery,
  IndexPage,
  IndexQuery,
  IndexRange,
  ScanPage,
  ScanQuery,
} from "./driver/index-query.ts";
export type { IndexEntry, StoredRecord } from "./driver/stored-record.ts";
export type {
  CheckAction,
  TransactAction,
  TransactOptions,
  TransactOutcome,
} from "./driver/transact-action.ts";
export type {
  RemoveAction,
  SetAction,
  WriteAction,
  WriteCondition,
  WriteOutcome,
} from "./driver/write-action.ts";
export type { ActionFactory, CheckedState, RepositoryAction } from "./repository/action.ts";
export type { CursorKey, CursorSecrets } from "./repository/cursor.ts";
export type {
  ExpiryField,
  IndexDeclaration,
  IndexDeclarations,
  IndexDefinition,
  IndexField,
  KeyField,
  KeyFields,
  RecordKey,
  RecordSchema,
  RepositoryDeclaration,
  RepositoryDefinition,
  Upcaster,
} from "./repository/definition.ts";
export type { Entry, ReadOptions, RevisionOptions, UpdateOptions } from "./repository/entry.ts";
export { limits } from "./repository/limits.ts";
export type { MigrateOptions, MigrationProgress } from "./repository/migrate.ts";
export type {
  EachOptions,
  IndexSelection,
  OrderOptions,
  Page,
  PageOptions,
  SortRange,
} from "./repository/query.ts";
export { Repository, type RepositoryClass } from "./repository/repository.ts";
export type { NoIndexes, RepositoryMethods } from "./repository/repository-methods.ts";
export type { RepositoryOptions } from "./repository/stored-repository.ts";
