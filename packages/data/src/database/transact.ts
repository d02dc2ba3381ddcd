import { createHash, randomUUID } from "node:crypto";
import {
  createServiceError,
  InvalidArgumentError,
  type JsonValue,
  UnavailableError,
  UnimplementedError,
} from "@plinth/core/errors";
import type { Driver } from "../driver/driver.ts";
import type { TransactAction, TransactOutcome } from "../driver/transact-action.ts";
import { PreparedAction, type RepositoryAction } from "../repository/action.ts";
import { callError } from "../repository/call-error.ts";
import { callDriver, readRecords } from "../repository/call-driver.ts";
import { limits } from "../repository/limits.ts";
import { resultOf, toCheckAction, toWriteAction, whyRefused } from "../repository/write-record.ts";

/** Options of `Database.transact`. */
export interface TransactionOptions {
  /**
   * Makes the transaction idempotent: sent again with the same token within ten minutes, it is applied
   * once. 1 to 36 printable ASCII characters. Default: each call is applied.
   */
  readonly token?: string | undefined;
}

/** The result of each action of a transaction. */
export type TransactionResults<A extends readonly RepositoryAction<unknown>[]> = {
  -readonly [N in keyof A]: A[N] extends RepositoryAction<infer R> ? R : never;
};

type AnyAction = PreparedAction;

/** Applies actions all or none; see `Database.transact`. */
export async function transact(
  driver: Driver,
  given: readonly RepositoryAction<unknown>[],
  { token }: TransactionOptions,
): Promise<unknown[]> {
  const what = `Transaction of ${given.length} ${given.length === 1 ? "action" : "actions"}`;
  const actions = checkActions(driver, given, what);
  if (token !== undefined && !/^[\x20-\x7e]{1,36}$/.test(token)) {
    throw new InvalidArgumentError(
      `${what}: the token must be 1 to 36 printable ASCII characters.`,
    );
  }
  const send = driver.transact?.bind(driver);
  if (send === undefined) {
    throw new UnimplementedError(`${what}: the driver of ${driver.name} offers no transactions.`);
  }
  const [first] = actions;
  if (first === undefined) return [];
  for (const { ready } of new Map(actions.map((action) => [action.opened, action])).values()) {
    await ready();
  }
  const tokenFingerprint = token === undefined ? undefined : fingerprint(actions);
  const now = first.opened.policy.clock();
  const requests = actions.map((action, index): TransactAction => {
    const { opened, parts } = action;
    const revision = revisionOf(token, tokenFingerprint, index);
    const made =
      parts.operation === "check" ? toCheckAction(parts, now) : toWriteAction(parts, now, revision);
    return { collection: opened.collection, action: made };
  });
  let outcome: TransactOutcome;
  try {
    outcome = await callDriver(first.opened, what, async (options, repeated) => {
      const ended = await send(requests, { ...options, token, tokenFingerprint });
      return ended.applied || !repeated ? ended : { ...ended, uncertain: true };
    });
  } catch (error) {
    throw token !== undefined && isForeignToken(driver, error) ? foreignToken(what, error) : error;
  }
  if (!outcome.applied && !(await isOurs(what, actions, requests, outcome))) {
    throw await failure(what, actions, outcome.failed);
  }
  return actions.map((action, index) => {
    const request = requests[index]?.action;
    return request === undefined || request.kind === "check"
      ? undefined
      : resultOf(action, request);
  });
}

function checkActions(
  driver: Driver,
  given: readonly RepositoryAction<unknown>[],
  what: string,
): readonly AnyAction[] {
  const refuse = (reason: string, operation = what): never => {
    throw callError("invalid_argument", operation, `${what}: ${reason}.`);
  };
  if (given.length > limits.transactionActions) {
    refuse(`more than ${limits.transactionActions} are not possible`);
  }
  const records = new Set<string>();
  let bytes = 0;
  const actions = given.map((action, index) => {
    if (!(action instanceof PreparedAction) || action.opened.driver !== driver) {
      return refuse(`action ${index} is not of a repository of this database`);
    }
    const { key, record } = action.parts;
    bytes += Buffer.byteLength(key) + (record?.bytes ?? 0);
    const id = JSON.stringify([action.opened.name, key]);
    if (records.has(id)) refuse(`action ${index} is the second of its record`, action.name);
    records.add(id);
    return action;
  });
  if (bytes > limits.transactionBytes) {
    refuse(`it takes ${bytes} bytes; the most that is possible is ${limits.transactionBytes}`);
  }
  return actions;
}

/** Whether a transaction whose answer was lost was applied: then its revisions are stored. */
async function isOurs(
  what: string,
  actions: readonly AnyAction[],
  requests: readonly TransactAction[],
  outcome: TransactOutcome & { applied: false },
): Promise<boolean> {
  if (outcome.uncertain !== true) return false;
  let hasWritten = false;
  for (const [index, { opened }] of actions.entries()) {
    const request = requests[index]?.action;
    if (request?.kind !== "set") continue;
    hasWritten = true;
    const [stored] = await readRecords(opened, what, [request.record.key]);
    if (stored?.revision === request.record.revision) return true;
  }
  if (hasWritten) return false;
  throw new UnavailableError(
    `${what}: the database did not answer at first, and a condition does not hold now, by this transaction or another's.`,
  );
}

async function failure(
  what: string,
  actions: readonly AnyAction[],
  failed: readonly number[],
): Promise<Error> {
  const reasons = failed.map(async (index) => {
    const action = actions[index];
    if (action === undefined) return [];
    return [{ index, error: await whyRefused(action.opened, action.name, action.parts) }];
  });
  const faults = (await Promise.all(reasons)).flat();
  const [first] = faults;
  const internalDetails = { failed: failed.map((index) => actions[index]?.name) };
  if (first === undefined) {
    return new UnavailableError(`${what}: the database did not apply it, and does not say why.`);
  }
  return createServiceError(
    first.error.code,
    `${what}: nothing was changed, for action ${first.index} does not apply. ${first.error.message}`,
    {
      details: { failed: faults.map(({ index, error: { code } }) => ({ index, code })) },
      internalDetails,
    },
  );
}

function isForeignToken(driver: Driver, error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { cause } = error;
  return cause !== undefined && driver.errorCode(cause) === "invalid_argument";
}

function foreignToken(what: string, error: Error): Error {
  return new InvalidArgumentError(
    `${what}: the database refused it; the token may belong to other actions.`,
    { cause: error.cause },
  );
}

/** The same for the same actions, in any order of the fields in their records. */
function fingerprint(actions: readonly AnyAction[]): string {
  const request = actions.map(({ opened, parts: { operation, key, condition, record } }) => [
    opened.name,
    operation,
    key,
    "revision" in condition ? condition.revision : "",
    sorted(record?.data ?? null),
  ]);
  return createHash("sha256").update(JSON.stringify(request)).digest("hex");
}

function sorted(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((element: JsonValue) => sorted(element));
  const fields = Object.entries(value).map(([name, inner]): [string, JsonValue] => [
    name,
    sorted(inner),
  ]);
  return fields.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

// With a token, the same actions get the same revisions: a repeated call returns what is stored.
function revisionOf(
  token: string | undefined,
  tokenFingerprint: string | undefined,
  index: number,
): string {
  if (token === undefined || tokenFingerprint === undefined) return randomUUID();
  const content = JSON.stringify([token, tokenFingerprint, index]);
  return createHash("sha256").update(content).digest("hex").slice(0, 32);
}
