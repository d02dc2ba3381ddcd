export { bindRepository, type BindableRepository, databaseBinding } from "./database/bindings.ts";
export { Database, type DatabaseOptions, type OpenCollection } from "./database/database.ts";
export type {
  CollectionDefinition,
  Driver,
  DriverCallOptions,
  DriverCapabilities,
  DriverCollection,
  IndexDefinition,
} from "./driver/driver.ts";
export type { StoredRecord } from "./driver/stored-record.ts";
export type {
  RemoveAction,
  SetAction,
  WriteAction,
  WriteCondition,
  WriteOutcome,
} from "./driver/write-action.ts";
export type {
  IndexField,
  KeyField,
  KeyFields,
  RecordKey,
  RecordSchema,
  RepositoryDeclaration,
  RepositoryDefinition,
} from "./repository/definition.ts";
export type {
  Entry,
  RepositoryMethods,
  RevisionOptions,
  UpdateOptions,
} from "./repository/entry.ts";
export { limits } from "./repository/limits.ts";
export { Repository, type RepositoryClass } from "./repository/repository.ts";
export type { RepositoryOptions } from "./repository/stored-repository.ts";
