import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { backOff } from "@plinth/support/back-off";
import { wholeNumberFault } from "@plinth/support/numbers";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { WriteAction } from "../driver/write-action.ts";
import { callError } from "./call-error.ts";
import type { Entry, UpdateOptions } from "./entry.ts";
import type { EncodedRecord } from "./record-codec.ts";
import { showKey } from "./record-key.ts";
import type { RecordStore } from "./record-store.ts";
import { withinContext } from "./within-context.ts";
import { isApplied, stamped, writeRecord } from "./write-record.ts";

const defaultAttempts = 30;
const pauses = { first: 16, max: 400 };

type Change<T> = (current: T) => T | Promise<T>;

/** Reads a record, changes it and writes it back; see `RepositoryMethods.update`. */
export async function updateRecord<T extends object, Key>(
  store: RecordStore<T, Key>,
  key: Key,
  change: Change<T>,
  { attempts = defaultAttempts }: UpdateOptions = {},
): Promise<Entry<T>> {
  const encodedKey = store.codec.key(key);
  const what = store.what("update", encodedKey);
  const fault = wholeNumberFault("attempts", attempts, { min: 1 });
  if (fault !== undefined) throw callError("invalid_argument", what, fault);
  const { turns } = store.opened;
  if (turns.isInside(encodedKey)) {
    throw callError(
      "internal",
      what,
      `${what}: called by the change function of an update of the same record, which can never finish.`,
    );
  }
  return turns.take(
    [encodedKey],
    () => updateInTurn(store, encodedKey, change, attempts),
    (before) => withinContext(what, () => before),
  );
}

async function updateInTurn<T extends object, Key>(
  store: RecordStore<T, Key>,
  key: string,
  change: Change<T>,
  attempts: number,
): Promise<Entry<T>> {
  const what = store.what("update", key);
  for (let attempt = 1; ; attempt += 1) {
    const entry = await tryUpdate(store, key, change);
    if (entry !== undefined) return entry;
    if (attempt >= attempts) {
      const times = `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
      throw callError("aborted", what, `Another writer was faster in each of ${times}.`);
    }
    await withinContext(what, ({ signal }) =>
      delay(backOff(attempt, pauses), undefined, { signal }),
    );
  }
}

/** One attempt; `undefined` if another write came in between. */
async function tryUpdate<T extends object, Key>(
  store: RecordStore<T, Key>,
  key: string,
  change: Change<T>,
): Promise<Entry<T> | undefined> {
  const what = store.what("update", key);
  const stored = await store.read("update", key);
  if (stored === undefined) throw callError("not_found", what, "There is no such record.");
  const { record } = store.entryOf(stored, stored.revision);
  const encoded = store.codec.encode(await change(record));
  if (encoded.key !== key) {
    throw callError("invalid_argument", what, "The change must not alter the key.", {
      internalDetails: { changedKey: showKey(encoded.key) },
    });
  }
  return replaceRecord(store, "update", stored, encoded);
}

/** Replaces the record that was read; `undefined` if another write came in between. */
export async function replaceRecord<T extends object, Key>(
  store: RecordStore<T, Key>,
  operation: string,
  { revision, hint }: StoredRecord,
  encoded: EncodedRecord,
): Promise<Entry<T> | undefined> {
  const { opened } = store;
  const what = store.what(operation, encoded.key);
  const record = stamped(encoded, randomUUID());
  const now = opened.policy.clock();
  const write: WriteAction = {
    kind: "set",
    record,
    condition: { kind: "revision", revision, hint, now },
  };
  const outcome = await writeRecord(opened, what, write);
  const applied = await isApplied(opened, what, write, outcome);
  return applied ? { record: encoded.read() as T, revision: record.revision } : undefined;
}
