import { randomUUID } from "node:crypto";
import type { ServiceError } from "@plinth/core/errors";
import { keyOf } from "../driver/key-of.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { CheckAction } from "../driver/transact-action.ts";
import type { WriteAction, WriteCondition, WriteOutcome } from "../driver/write-action.ts";
import type { ActionParts, PreparedAction, WantedCondition } from "./action.ts";
import { callError } from "./call-error.ts";
import { callDriver, readRecord } from "./call-driver.ts";
import type { Entry } from "./entry.ts";
import type { OpenCollection } from "./open-collection.ts";
import type { EncodedRecord } from "./record-codec.ts";

/**
 * Applies one action.
 *
 * @param make Makes the action. If it throws, the returned promise rejects with the error.
 */
export async function applyAction<T>(make: () => PreparedAction): Promise<Entry<T> | undefined> {
  const action = make();
  const { opened, name, parts } = action;
  const ready = action.ready();
  if (ready !== undefined) await ready;
  const write = toWriteAction(parts, opened.policy.clock(), randomUUID());
  const outcome = await writeRecord(opened, name, write);
  const isDone = outcome === "applied" || (await isApplied(opened, name, write, outcome));
  if (!isDone && !(await replacesExpired(opened, name, write))) {
    throw await whyRefused(opened, name, parts);
  }
  return resultOf(action, write);
}

// Without a condition, only a newer record refuses a write. An expired one is absent for every caller.
async function replacesExpired(
  opened: OpenCollection,
  what: string,
  write: WriteAction,
): Promise<boolean> {
  if (write.condition.kind !== "none") return false;
  const again: WriteAction = {
    ...write,
    condition: { kind: "absent", now: opened.policy.clock() },
  };
  return isApplied(opened, what, again, await writeRecord(opened, what, again));
}

/** The error of a refused write: a newer record, if the driver keeps those, or the condition. */
export async function whyRefused(
  opened: OpenCollection,
  what: string,
  { key, condition, record }: ActionParts,
): Promise<ServiceError> {
  const isGuarded = opened.driver.capabilities.keepsNewerVersions === true;
  if (!isGuarded || record === undefined || condition.kind === "absent") {
    return refusalOf(what, condition);
  }
  const stored = await readRecord(opened, what, key);
  if (stored !== undefined && stored.schemaVersion > record.schemaVersion) {
    return callError(
      "failed_precondition",
      what,
      `The stored record is of version ${stored.schemaVersion} of its schema, and this service writes version ${record.schemaVersion}: it is not overwritten.`,
    );
  }
  if (condition.kind !== "none") return refusalOf(what, condition);
  const sentence = "The record was changed at the same time; try again.";
  return callError("unavailable", what, sentence);
}

/** Sends one write, and retries it after transient failures. */
export function writeRecord(
  opened: OpenCollection,
  what: string,
  write: WriteAction,
): Promise<WriteOutcome> {
  return callDriver(opened, what, (options, repeated) => {
    const writing = opened.collection.write(write, options);
    return repeated ? writing.then((outcome) => doubted(outcome, true)) : writing;
  });
}

/** A refused write that was sent more than once may have met its own first attempt. */
export function doubted(outcome: WriteOutcome, repeated: boolean): WriteOutcome {
  return outcome === "refused" && repeated ? "uncertain" : outcome;
}

/** The result of an applied write. */
export function resultOf<T>(action: PreparedAction, write: WriteAction): Entry<T> | undefined {
  const { record } = action.parts;
  return write.kind === "set" && record !== undefined
    ? { record: record.read() as T, revision: write.record.revision }
    : undefined;
}

/** Whether a write was applied. Reads the record if that is uncertain. */
export async function isApplied(
  opened: OpenCollection,
  what: string,
  write: WriteAction,
  outcome: WriteOutcome,
): Promise<boolean> {
  if (outcome !== "uncertain") return outcome === "applied";
  const stored = await readRecord(opened, what, keyOf(write));
  // Revisions are random: our revision means that the write with the lost answer was applied.
  if (write.kind === "set") return stored?.revision === write.record.revision;
  if (stored !== undefined) return false;
  throw callError(
    "unavailable",
    what,
    "The database did not answer at first; the record is gone now, by this call or another's.",
  );
}

/** The error of a write whose condition did not hold. */
function refusalOf(what: string, condition: WantedCondition): ServiceError {
  if (condition.kind === "absent") {
    return callError("already_exists", what, "The record exists already.");
  }
  if (condition.kind === "present") return callError("not_found", what, "There is no such record.");
  const sentence = "The record is not at the given revision any more; read it again.";
  return callError("aborted", what, sentence);
}

/** The action for a driver. @param now Milliseconds since 1970. */
export function toWriteAction(parts: ActionParts, now: number, revision: string): WriteAction {
  const { key, record } = parts;
  const condition = toCondition(parts.condition, now);
  return record === undefined
    ? { kind: "remove", key, condition }
    : { kind: "set", record: stamped(record, revision), condition };
}

/** The check for a driver. @param now Milliseconds since 1970. */
export function toCheckAction({ key, condition }: ActionParts, now: number): CheckAction {
  return { kind: "check", key, condition: toCondition(condition, now) };
}

/** The record as it is stored at a revision. */
export function stamped(record: EncodedRecord, revision: string): StoredRecord {
  const { key, schemaVersion, data, expiresAt, indexes } = record;
  return expiresAt === undefined
    ? { key, revision, schemaVersion, data, indexes }
    : { key, revision, schemaVersion, data, expiresAt, indexes };
}

function toCondition(condition: WantedCondition, now: number): WriteCondition {
  return condition.kind === "none" ? { kind: "none" } : { ...condition, now };
}
