/**
 * Reads a `Retry-After` header: whole seconds, or a date.
 *
 * @returns milliseconds, at least 0; `undefined` for an absent or malformed header
 */
export function readRetryAfter(header: unknown): number | undefined {
  if (typeof header !== "string") return undefined;
  if (/^[0-9]{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
