import { currentContext } from "../context/current-context.ts";
import { parseTraceparent } from "../context/traceparent.ts";
import { InvalidArgumentError } from "../errors/canonical-errors.ts";

/**
 * Which lines to keep: the first of every `every`; the first `perSecond` of each second; or the
 * lines of a `share` (0 to 1) of all traces, where all lines of one request stay or go together
 * and every service that sees the trace decides alike.
 */
export type SamplingOptions =
  | { readonly every: number }
  | { readonly perSecond: number }
  | { readonly share: number };

/** Says of the next line how many were left out before it, or `undefined` to leave it out too. */
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
      // The W3C asks for randomness in the last seven bytes; four of them are fine enough.
      trace === undefined ? Math.random() : Number.parseInt(trace.traceId.slice(-8), 16) / 2 ** 32;
    return point < share ? 0 : undefined;
  };
}

/**
 * Makes the function that decides line by line.
 *
 * @param options which lines to keep
 * @throws invalid_argument for a count that is no positive integer or a share outside 0 to 1
 */
export function newSampler(options: SamplingOptions): Sampler {
  if ("share" in options) {
    if (!(options.share >= 0 && options.share <= 1)) {
      throw new InvalidArgumentError(`share must be from 0 to 1, not ${options.share}.`);
    }
    return shareOfTraces(options.share);
  }
  const name = "every" in options ? "every" : "perSecond";
  const count = "every" in options ? options.every : options.perSecond;
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidArgumentError(`${name} must be an integer of at least 1, not ${count}.`);
  }
  return name === "every" ? everyNth(count) : eachSecond(count);
}
