import { randomInt, randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { Database } from "@plinth/data";
import { describeWithEngine, type EngineName, startProcess } from "@plinth/testing";
import { expect, test, vi } from "vitest";
import { CuttingProxy } from "./support/cutting-proxy.ts";
import { transferEngines, type TransferEngine } from "./support/transfer-engines.ts";
import { accountId, accounts, type Bank, openBank, openingBalance } from "./support/transfers.ts";

/** How long money is transferred on each engine; `npm run test:transfers` takes 30 seconds. */
const seconds = Number(process.env["PLINTH_TRANSFERS_SECONDS"] ?? 8);
const worker = fileURLToPath(new URL("support/transfer-process.ts", import.meta.url));
const timeout = (seconds + 90) * 1000;

for (const [name, engine] of Object.entries(transferEngines) as [EngineName, TransferEngine][]) {
  describeWithEngine(name, `transfers on ${name}`, (endpoint) => {
    // The processes take user, password and database from here.
    if (name === "postgres") process.env["TEST_DATABASE_URL"] = endpoint;

    test(
      "neither lose nor create money when something breaks",
      { timeout },
      async ({ annotate }) => {
        const { hostname, port } = new URL(
          endpoint.includes("://") ? endpoint : `tcp://${endpoint}`,
        );
        const driver = await engine.createDriver(`${hostname}:${port}`);
        const database = new Database(driver, { ensureSchema: true });
        const run = randomUUID();
        const bank = openBank(database, run);
        for (let number = 0; number < accounts; number += 1) {
          await bank.accounts.create({ accountId: accountId(number), balance: openingBalance });
        }
        await bank.transfers.open();

        const seen = await breakThings(name, engine, run, hostname, Number(port));

        await annotate(
          `${seen.done.length} transfers, ${seen.kills} kills, ${seen.cuts} cuts in ${seconds} s`,
        );
        // What was under way when the last process was killed may still arrive.
        const balances = await vi.waitFor(() => balancesThatAgree(bank), { timeout: 10_000 });
        expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(accounts * openingBalance);
        const kept = await bank.transfers.getMany(seen.done);
        expect(kept.filter((transfer) => transfer === undefined)).toEqual([]);
        expect(seen.faults).toEqual([]);
        expect(seen.done.length).toBeGreaterThan(0);
        expect(seen.kills).toBeGreaterThan(1);
        expect(seen.cuts).toBeGreaterThan(0);
        await database.close();
        await engine.cleanUp?.();
      },
    );
  });
}

interface Seen {
  /** Transfers that a process was told are done. */
  readonly done: readonly string[];
  /** What a process wrote that ended by itself, which none should. */
  readonly faults: readonly string[];
  readonly kills: number;
  readonly cuts: number;
}

/** Lets processes transfer money, kills them again and again, and cuts their connections. */
async function breakThings(
  name: string,
  engine: TransferEngine,
  run: string,
  host: string,
  port: number,
): Promise<Seen> {
  await using proxy = await CuttingProxy.start(host, port);
  const cutting = setInterval(() => proxy.cut(), 150);
  const stop = new AbortController();
  const disturbing = disturb(engine, stop.signal);
  const done: string[] = [];
  const faults: string[] = [];
  let kills = 0;
  const end = Date.now() + seconds * 1000;
  try {
    // A slow machine gets as many kills, and takes longer.
    while (Date.now() < end || kills < 2) {
      await using child = await startProcess(process.execPath, [
        "--conditions=@plinth/source",
        "--import=tsx",
        "--no-warnings",
        worker,
        name,
        proxy.address,
        run,
      ]);
      let hasEnded = false;
      const ended = child.exit.then(() => (hasEnded = true));
      // Killed in the middle of work, never before it has begun.
      await Promise.race([child.waitForOutput(/\n/, 30_000), ended]);
      await Promise.race([delay(randomInt(500, 2500)), ended]);
      const endedByItself = hasEnded;
      if (endedByItself) faults.push(child.stderr);
      child.kill("SIGKILL");
      await child.exit;
      kills += 1;
      done.push(...child.stdout.split("\n").slice(0, -1));
      if (endedByItself) break;
    }
  } finally {
    clearInterval(cutting);
    stop.abort();
    await disturbing;
  }
  return { done, faults, kills, cuts: proxy.cuts };
}

async function disturb(engine: TransferEngine, signal: AbortSignal): Promise<void> {
  while (engine.disturb !== undefined && !signal.aborted) {
    await engine.disturb();
    await delay(300);
  }
}

/** The balances, when they are what the transfers that are kept amount to. */
async function balancesThatAgree(bank: Bank): Promise<readonly number[]> {
  const expected = new Map<string, number>();
  for (let number = 0; number < accounts; number += 1) {
    expected.set(accountId(number), openingBalance);
  }
  const add = (id: string, amount: number): unknown =>
    expected.set(id, (expected.get(id) ?? 0) + amount);
  for await (const { from, to, amount } of bank.transfers.each({ index: "all", pageSize: 1000 })) {
    add(from, -amount);
    add(to, amount);
  }
  const stored = await bank.accounts.getMany([...expected.keys()]);
  const balances = stored.map((account) => account?.balance ?? 0);
  expect(balances).toEqual([...expected.values()]);
  return balances;
}
