import { currentContext } from "@plinth/core";
import { FailedPreconditionError, type ServiceError } from "@plinth/core/errors";
import type { OpenCollection } from "../database/database.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import { withinContext } from "./call-limits.ts";
import type { ReadOptions } from "./entry.ts";
import { type Attempt, withRetries } from "./retry.ts";
import { presentable, startFault } from "./start-fault.ts";
import { wrapError } from "./wrap-error.ts";

/**
 * Calls a driver within the limits of the current context, repeats what may pass, and wraps what it
 * rejects with in the end.
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

/** Reads records, together with the other reads of this turn unless told otherwise. */
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

/** Reads one record, together with the other reads of this turn unless told otherwise. */
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

/** Asked for where an engine has nothing to check: reading any key shows whether it answers. */
export const probeKey = "readiness";

/**
 * Creates or checks what a collection needs. What it throws is for the operator who starts the
 * service, so it names the engine's address and its reason, and is shown without a stack.
 */
export async function prepareCollection(what: string, opened: OpenCollection): Promise<void> {
  const { driver, collection, ensureSchema, checkSchema } = opened;
  if (!ensureSchema && !checkSchema) return;
  const where = driver.endpoint?.();
  const engine = where === undefined ? driver.name : `${driver.name} at ${where}`;
  let missing: readonly string[];
  try {
    missing = await callDriver(opened, what, async (options) => {
      if (ensureSchema && collection.ensureSchema !== undefined) {
        await collection.ensureSchema(options);
        return [];
      }
      if (collection.checkSchema !== undefined) return collection.checkSchema(options);
      await collection.get([probeKey], options);
      return [];
    });
  } catch (error) {
    throw startFault(what, engine, error);
  }
  if (missing.length === 0) return;
  throw presentable(
    new FailedPreconditionError(
      `${what} is not ready on ${engine}: ${missing.join(" ")} Create what is missing, or let the database do it with ensureSchema.`,
    ),
  );
}
