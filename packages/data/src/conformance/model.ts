import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { modelOperations, type Operation } from "./model-operations.ts";
import { ModelRun } from "./model-run.ts";
import type { Suite } from "./suite.ts";

const defaultOperations = 600;
const maxRun = 100;
// Enough for an engine whose queries lag by seconds.
const timePerOperation = 1000;

/**
 * Random operations, each compared with what a plain model says. A failure is shrunk to the fewest
 * operations that show it and comes with its seed.
 *
 * `PLINTH_MODEL_OPERATIONS` says how many operations are made at least (default: 600), and
 * `PLINTH_MODEL_SEED` repeats a run.
 */
export function describeModel(suite: Suite): void {
  const wanted: number = numberFrom("PLINTH_MODEL_OPERATIONS") ?? defaultOperations;
  const firstSeed = numberFrom("PLINTH_MODEL_SEED") ?? Math.floor(Math.random() * 2 ** 31);
  const timeout = 30_000 + wanted * timePerOperation;

  test(`${wanted} random operations agree with a model`, { timeout }, async ({ annotate }) => {
    const done = { operations: 0 };
    const run = async (operations: readonly Operation[]): Promise<void> => {
      const model = new ModelRun(suite, randomUUID());
      for (const operation of operations) {
        await model.execute(operation);
        done.operations += 1;
      }
    };
    const property = fc.asyncProperty(
      fc.array(modelOperations, { minLength: 1, maxLength: maxRun, size: "max" }),
      run,
    );
    for (let seed = firstSeed; done.operations < wanted; seed += 1) {
      const numRuns = Math.max(1, Math.floor((2 * (wanted - done.operations)) / maxRun));
      // Shrinking must end before the case does, or its failure is not reported.
      await fc.assert(property, { seed, numRuns, interruptAfterTimeLimit: timeout / 2 });
    }
    await annotate(`${done.operations} operations from seed ${firstSeed}`);
    expect(done.operations).toBeGreaterThanOrEqual(wanted);
  });
}

function numberFrom(variable: string): number | undefined {
  const text = process.env[variable];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new Error(`${variable} must be a whole number, and is ${JSON.stringify(text)}.`);
  }
  return value;
}
