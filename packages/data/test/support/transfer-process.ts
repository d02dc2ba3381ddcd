// Transfers money until it is killed. Arguments: the engine, its address, the name of the run. Writes
// the id of each transfer that it was told is done, a line each.

import { writeSync } from "node:fs";
import { Database } from "@plinth/data";
import { throttledDriver } from "./throttled-driver.ts";
import { transferEngines } from "./transfer-engines.ts";
import { openBank, transfer } from "./transfers.ts";

const workers = 16;
const throttled = 0.1;

const [name = "", address = "", run = ""] = process.argv.slice(2);
const engine = transferEngines[name as keyof typeof transferEngines];
if (engine === undefined) throw new Error(`There is no engine ${name}.`);
const driver = await engine.createDriver(address);
const bank = openBank(new Database(throttledDriver(driver, throttled, engine.throttled)), run);

async function work(): Promise<never> {
  for (;;) {
    const done = await transfer(bank);
    // At once, or the kill would take it along.
    if (done !== undefined) writeSync(1, `${done}\n`);
  }
}

await Promise.all(Array.from({ length: workers }, work));
