import { randomBytes } from "node:crypto";

/** The parts of a W3C `traceparent`. */
export interface Traceparent {
  /** 32 lower-case hexadecimal digits, the same for every hop of one trace. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits: the hop that sent the header. */
  readonly spanId: string;
  /** Two hexadecimal digits. Bit 0: the trace is recorded. */
  readonly flags: string;
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const zeroTrace = "0".repeat(32);
const zeroSpan = "0".repeat(16);

// Asking the system for random bytes costs a microsecond for any amount, and so does writing them as digits:
// both are done in bulk.
const poolSize = 4_096;
let digits = "";
let used = 0;

function randomHex(bytes: number): string {
  if (used + 2 * bytes > digits.length) {
    digits = randomBytes(poolSize).toString("hex");
    used = 0;
  }
  const start = used;
  used += 2 * bytes;
  return digits.slice(start, used);
}

function newSpanId(): string {
  const id = randomHex(8);
  return id === zeroSpan ? newSpanId() : id;
}

/**
 * Parses a `traceparent` header as the W3C recommendation "Trace Context" has it: of versions after 00 only the
 * first four fields are read; version ff and ids of zeros are invalid.
 *
 * @param header The header's value.
 * @returns `undefined` for an absent or invalid header.
 */
export function parseTraceparent(header: string | undefined): Traceparent | undefined {
  const match = header === undefined || header.length > 512 ? null : form.exec(header.trim());
  if (match === null) {
    return undefined;
  }
  const [, version, traceId = zeroTrace, spanId = zeroSpan, flags = "00", rest] = match;
  if (version === "ff" || (version === "00" && rest !== undefined)) {
    return undefined;
  }
  return traceId === zeroTrace || spanId === zeroSpan ? undefined : { traceId, spanId, flags };
}

/**
 * The `traceparent` of the next hop: the incoming trace under a new span id, or a new trace if the header is
 * absent or invalid.
 *
 * @param incoming The received header, or the value of the current context.
 */
export function continueTrace(incoming?: string): string {
  const parent = parseTraceparent(incoming);
  if (parent === undefined) {
    const traceId = randomHex(16);
    return `00-${traceId === zeroTrace ? randomHex(16) : traceId}-${newSpanId()}-01`;
  }
  // Version 00 defines only the bit "recorded"; other bits must not be passed on.
  const recorded = Number.parseInt(parent.flags, 16) % 2 === 1;
  return `00-${parent.traceId}-${newSpanId()}-${recorded ? "01" : "00"}`;
}
