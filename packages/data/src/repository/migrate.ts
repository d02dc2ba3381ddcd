import { type ServiceError, toServiceError } from "@plinth/core/errors";
import { inParallel } from "@plinth/support/chunks";
import { wholeNumberFault } from "@plinth/support/numbers";
import type { ScanPage } from "../driver/index-query.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import { callError } from "./call-error.ts";
import { callDriver } from "./call-driver.ts";
import { limits } from "./limits.ts";
import { showKey } from "./record-key.ts";
import type { RecordStore } from "./record-store.ts";
import { replaceRecord } from "./update-record.ts";

/** The progress of a migration. */
export interface MigrationProgress {
  /** Records that this run has examined. */
  readonly examined: number;
  /** Records that this run has upgraded to the schema's version. */
  readonly migrated: number;
  /** Records that this run could not upgrade; see `onFault`. They are unchanged. */
  readonly failed: number;
  /** Where another run can continue, as `resumeFrom`. Absent: all records were examined. */
  readonly position?: string | undefined;
}

/** Options of `migrate`. */
export interface MigrateOptions {
  /** The number of records per batch, 1 to 1,000. Default: 100. */
  readonly batchSize?: number | undefined;
  /** Called after each batch, and awaited before the next one. Default: none. */
  readonly onProgress?: ((progress: MigrationProgress) => void | Promise<void>) | undefined;
  /** Called for each record that cannot be upgraded. Default: such records are only counted. */
  readonly onFault?: ((key: string, error: ServiceError) => void) | undefined;
  /** `position` of an earlier run. Default: from the first record. */
  readonly resumeFrom?: string | undefined;
}

const defaultBatchSize = 100;
const rewritesAtOnce = 8;
const attempts = 10;

/** Rewrites the records of older versions; see `RepositoryMethods.migrate`. */
export async function migrate<T extends object, Key>(
  store: RecordStore<T, Key>,
  options: MigrateOptions = {},
): Promise<MigrationProgress> {
  const { batchSize: limit = defaultBatchSize, onProgress, onFault, resumeFrom } = options;
  const what = `${store.title}, migrate`;
  const fault = wholeNumberFault("batchSize", limit, { min: 1, max: limits.pageRecords });
  if (fault !== undefined) throw callError("invalid_argument", what, fault);
  let progress: MigrationProgress = { examined: 0, migrated: 0, failed: 0, position: resumeFrom };
  do {
    const page = await scanPage(store, what, limit, progress.position);
    const results = await inParallel(page.records, rewritesAtOnce, async (stored) => {
      try {
        return (await bringUp(store, stored)) ? "migrated" : "current";
      } catch (raw) {
        const error = toServiceError(raw);
        // Only faults of the record itself are skipped; an unreachable engine ends the run.
        if (error.code !== "data_loss" && error.code !== "invalid_argument") throw error;
        onFault?.(showKey(stored.key), error);
        return "failed";
      }
    });
    const count = (wanted: string): number => results.filter((result) => result === wanted).length;
    progress = {
      examined: progress.examined + results.length,
      migrated: progress.migrated + count("migrated"),
      failed: progress.failed + count("failed"),
      position: page.position,
    };
    await onProgress?.(progress);
  } while (progress.position !== undefined);
  return progress;
}

async function scanPage<T extends object, Key>(
  store: RecordStore<T, Key>,
  what: string,
  limit: number,
  after: string | undefined,
): Promise<ScanPage> {
  const { driver, collection } = store.opened;
  const scan = collection.scan?.bind(collection);
  if (scan === undefined) {
    const sentence = `The driver of ${driver.name} cannot read all records.`;
    throw callError("unimplemented", what, sentence);
  }
  await store.ready();
  return callDriver(store.opened, what, (options) => scan({ after, limit }, options));
}

/** Rewrites one record unless it is current or gone. Retries if another writer changed it in between. */
async function bringUp<T extends object, Key>(
  store: RecordStore<T, Key>,
  scanned: StoredRecord,
): Promise<boolean> {
  const { version } = store.definition;
  let stored = store.alive(scanned);
  for (let attempt = 1; stored !== undefined && stored.schemaVersion < version; attempt += 1) {
    const { record } = store.entryOf(stored, stored.revision);
    const encoded = store.codec.encode(record);
    if (encoded.key !== stored.key) {
      const what = store.what("migrate", stored.key);
      throw callError("invalid_argument", what, "An upcaster must not alter the key.");
    }
    if ((await replaceRecord(store, "migrate", stored, encoded)) !== undefined) return true;
    // A service of the old version can be faster more than once, but not for ever.
    if (attempt === attempts) return false;
    stored = await store.read("migrate", stored.key);
  }
  return false;
}
