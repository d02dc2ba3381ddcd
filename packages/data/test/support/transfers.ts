import { randomInt, randomUUID } from "node:crypto";
import { isServiceError } from "@plinth/core/errors";
import { type Database, Repository } from "@plinth/data";
import { z } from "zod";

/** How many accounts there are, and what each has at the beginning. */
export const accounts = 20;
export const openingBalance = 1000;

export class AccountRepository extends Repository({
  name: "accounts",
  schema: z.object({ accountId: z.string(), balance: z.number().int() }),
  key: ["accountId"],
}) {}

/** One record for each transfer, written along with it. */
export class TransferRepository extends Repository({
  name: "transfers",
  schema: z.object({
    transferId: z.string(),
    from: z.string(),
    to: z.string(),
    amount: z.number(),
  }),
  key: ["transferId"],
  indexes: { all: {} },
}) {}

/** The repositories of one run, in collections of its own. */
export interface Bank {
  readonly database: Database;
  readonly accounts: AccountRepository;
  readonly transfers: TransferRepository;
}

/** Opens the bank of a run. */
export function openBank(database: Database, run: string): Bank {
  return {
    database,
    accounts: new AccountRepository(database, { collection: `accounts-${run}` }),
    transfers: new TransferRepository(database, { collection: `transfers-${run}` }),
  };
}

export function accountId(number: number): string {
  return `account_${number}`;
}

// What a service would answer with "try again": nothing may have happened, or all of it.
const passing = ["aborted", "unavailable", "resource_exhausted"] as const;

/**
 * Moves a random amount between two random accounts.
 *
 * @returns the id of the transfer; `undefined` when another writer was faster or it is not known whether it
 *   happened. Rejects with every other error.
 */
export async function transfer(bank: Bank): Promise<string | undefined> {
  const from = randomInt(accounts);
  const to = (from + 1 + randomInt(accounts - 1)) % accounts;
  const amount = randomInt(1, 50);
  const transferId = randomUUID();
  try {
    const [source, target] = await Promise.all([
      bank.accounts.getEntry(accountId(from)),
      bank.accounts.getEntry(accountId(to)),
    ]);
    if (source === undefined || target === undefined) throw new Error("An account is gone.");
    const actions = [
      bank.accounts.action.replace(
        { ...source.record, balance: source.record.balance - amount },
        { revision: source.revision },
      ),
      bank.accounts.action.replace(
        { ...target.record, balance: target.record.balance + amount },
        { revision: target.revision },
      ),
      bank.transfers.action.create({
        transferId,
        from: accountId(from),
        to: accountId(to),
        amount,
      }),
    ];
    // With a token half of the time: it must not matter.
    await bank.database.transact(actions, randomInt(2) === 0 ? {} : { token: transferId });
    return transferId;
  } catch (error) {
    if (passing.some((code) => isServiceError(error, code))) return undefined;
    throw error;
  }
}
