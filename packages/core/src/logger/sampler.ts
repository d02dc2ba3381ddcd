import { wholeNumberFault } from "@plinth/support/numbers";

import { currentContext } from "../context/current-context.ts";
import { parseTraceparent } from "../context/traceparent.ts";
import { DeclarationError } from "../errors/declaration-error.ts";
import type { SamplingOptions } from "./log-writer.ts";

/** Returns how many lines were left out before the next one, or `undefined` to leave that out too. */
export type Sampler = () => number | undefined;

function everyNth(every: number): Sampler {
  let count = 0;
  return () => {
    const kept = count % every === 0;
    const left = count === 0 ? 0 : every - 1;
    count += 1;
    return kept ? left : undefined;
  };
}

function eachSecond(most: number): Sampler {
  let second = 0;
  let written = 0;
  let left = 0;
  return () => {
    const now = Math.floor(Date.now() / 1_000);
    if (now !== second) {
      second = now;
      written = 0;
    }
    if (written >= most) {
      left += 1;
      return undefined;
    }
    written += 1;
    const before = left;
    left = 0;
    return before;
  };
}

function shareOfTraces(share: number): Sampler {
  return () => {
    const trace = parseTraceparent(currentContext()?.traceparent);
    const point =
      // The W3C requires random bits in the last seven bytes; four of them are enough.
      trace === undefined ? Math.random() : Number.parseInt(trace.traceId.slice(-8), 16) / 2 ** 32;
    return point < share ? 0 : undefined;
  };
}

/**
 * Makes the function that decides line by line.
 *
 * @throws DeclarationError for a count that is not a whole number of at least 1, or a share outside 0 to 1.
 */
export function newSampler(options: SamplingOptions): Sampler {
  if ("share" in options) {
    if (!(options.share >= 0 && options.share <= 1)) {
      throw new DeclarationError(`share must be from 0 to 1, not ${options.share}.`);
    }
    return shareOfTraces(options.share);
  }
  if ("every" in options) return everyNth(checkedCount("every", options.every));
  return eachSecond(checkedCount("perSecond", options.perSecond));
}

function checkedCount(name: string, count: number): number {
  const fault = wholeNumberFault(name, count, { min: 1 });
  if (fault !== undefined) throw new DeclarationError(fault);
  return count;
}
