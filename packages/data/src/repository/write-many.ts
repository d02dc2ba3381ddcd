import { randomUUID } from "node:crypto";
import { chunksOf, inParallel } from "@plinth/support/chunks";
import type { WriteOutcome } from "../driver/write-action.ts";
import { PreparedAction, type RepositoryAction } from "./action.ts";
import { callError } from "./call-error.ts";
import { callDriver } from "./call-driver.ts";
import type { Entry } from "./entry.ts";
import { showKey } from "./record-key.ts";
import type { RecordStore } from "./record-store.ts";
import {
  applyAction,
  doubted,
  isApplied,
  resultOf,
  toWriteAction,
  whyRefused,
} from "./write-record.ts";

const singlesAtOnce = 16;
const chunkSize = 100;
const chunksAtOnce = 2;

type Settled<T> = PromiseSettledResult<Entry<T> | undefined>;

/** Applies writes of different records, each on its own; see `RepositoryMethods.writeMany`. */
export async function writeMany<T extends object, Key>(
  store: RecordStore<T, Key>,
  actions: readonly RepositoryAction<Entry<T> | undefined>[],
): Promise<Settled<T>[]> {
  const prepared = actions.map((action) => ownAction(store, action));
  const keys = new Set<string>();
  for (const { parts } of prepared) {
    if (keys.has(parts.key)) refuse(store, "Two actions have the same key.", parts.key);
    keys.add(parts.key);
  }
  store.opened.policy.lifetime.throwIfClosed(store.title);
  if (store.opened.collection.writeMany === undefined) {
    return inParallel(prepared, singlesAtOnce, (action) => settled(applyAction(() => action)));
  }
  await store.ready();
  const chunks = chunksOf(prepared, chunkSize);
  const results = await inParallel(chunks, chunksAtOnce, (chunk) => writeChunk(store, chunk));
  return results.flat();
}

async function writeChunk<T extends object, Key>(
  { opened, title }: RecordStore<T, Key>,
  actions: readonly PreparedAction[],
): Promise<Settled<T>[]> {
  const now = opened.policy.clock();
  const writes = actions.map(({ parts }) => toWriteAction(parts, now, randomUUID()));
  let outcomes: readonly WriteOutcome[];
  try {
    outcomes = await callDriver(opened, `${title}, writeMany`, async (options, repeated) => {
      const all = (await opened.collection.writeMany?.(writes, options)) ?? [];
      return all.map((outcome) => doubted(outcome, repeated));
    });
  } catch (reason) {
    return actions.map(() => ({ status: "rejected", reason }));
  }
  return Promise.all(
    actions.map((action, index) => {
      const write = writes[index] as (typeof writes)[number];
      return settled(conclude<T>(action, write, outcomes[index] ?? "uncertain"));
    }),
  );
}

async function conclude<T>(
  action: PreparedAction,
  write: Parameters<typeof resultOf>[1],
  outcome: WriteOutcome,
): Promise<Entry<T> | undefined> {
  const { opened, name, parts } = action;
  if (!(await isApplied(opened, name, write, outcome))) throw await whyRefused(opened, name, parts);
  return resultOf(action, write);
}

async function settled<R>(call: Promise<R>): Promise<PromiseSettledResult<R>> {
  const [result] = await Promise.allSettled([call]);
  return result;
}

function ownAction<T extends object, Key>(
  store: RecordStore<T, Key>,
  action: RepositoryAction<Entry<T> | undefined>,
): PreparedAction {
  if (!(action instanceof PreparedAction) || action.opened !== store.opened) {
    return refuse(store, "An action is not of this repository.");
  }
  if (action.parts.operation === "check") refuse(store, "A check needs a transaction.");
  return action;
}

function refuse<T extends object, Key>(
  { title }: RecordStore<T, Key>,
  sentence: string,
  key?: string,
): never {
  const of = key === undefined ? "" : ` of ${showKey(key)}`;
  throw callError("invalid_argument", `${title}, writeMany${of}`, sentence);
}
