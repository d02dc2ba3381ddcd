import { currentContext } from "@plinth/core";
import type { ServiceError } from "@plinth/core/errors";
import type { StoredRecord } from "../driver/stored-record.ts";
import { withinContext } from "./within-context.ts";
import type { ReadOptions } from "./entry.ts";
import type { OpenCollection } from "./open-collection.ts";
import { type Attempt, withRetries } from "./retry.ts";
import { wrapError } from "./wrap-error.ts";

/**
 * Calls a driver within the limits of the current context. Retries transient failures, and wraps the error
 * of the last attempt.
 */
export function callDriver<R>(
  { driver, policy }: OpenCollection,
  what: string,
  call: Attempt<R>,
): Promise<R> {
  const deadline = currentContext()?.deadline;
  const wrap = (raw: unknown): ServiceError => wrapError(driver, what, raw);
  return withinContext(what, ({ signal }) =>
    withRetries(driver, policy, { signal, deadline, wrap }, call),
  );
}

/** Reads records, by default together with the other reads of this turn. */
export function readRecords(
  opened: OpenCollection,
  what: string,
  keys: readonly string[],
  options?: ReadOptions,
): Promise<(StoredRecord | undefined)[]> {
  if (options?.coalesce === false) {
    return callDriver(opened, what, (limits) => opened.collection.get(keys, limits));
  }
  const deadline = currentContext()?.deadline;
  const wrap = (raw: unknown): ServiceError => wrapError(opened.driver, what, raw);
  return withinContext(what, ({ signal }) => opened.reads.read(keys, { signal, deadline, wrap }));
}

/** Reads one record, by default together with the other reads of this turn. */
export function readRecord(
  opened: OpenCollection,
  what: string,
  key: string,
  options?: ReadOptions,
): Promise<StoredRecord | undefined> {
  if (options?.coalesce === false) {
    return callDriver(opened, what, async (limits) => {
      const [stored] = await opened.collection.get([key], limits);
      return stored;
    });
  }
  const deadline = currentContext()?.deadline;
  const wrap = (raw: unknown): ServiceError => wrapError(opened.driver, what, raw);
  return withinContext(what, ({ signal }) => opened.reads.readOne(key, { signal, deadline, wrap }));
}

/** A key to read where an engine has no other check: the read of any key shows whether it answers. */
export const probeKey = "readiness";
