/** Makes the location of what a call made; `undefined` when a field is missing. */
export type LocationWriter = (output: unknown) => string | undefined;

/** What needs no encoding in a path (RFC 3986, unreserved characters). */
const unreserved = /^[\w.~-]+$/;

function segmentOf(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value);
  return unreserved.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

/**
 * Prepares a location template: every `:name` becomes the output's field of that name, encoded as one
 * path segment. Without a field there is nothing to point to, and no location.
 *
 * @param template such as `/things/:thingId`
 */
export function createLocationWriter(template: string): LocationWriter {
  const [first = "", ...rest] = template.split(/:([A-Za-z_][A-Za-z0-9_]*)/);
  const texts = rest.filter((_, index) => index % 2 === 1);
  const parts = rest
    .filter((_, index) => index % 2 === 0)
    .map((name, index) => ({ name, after: texts[index] ?? "" }));
  return (output) => {
    const values = (output ?? {}) as Readonly<Record<string, unknown>>;
    let location = first;
    for (const { name, after } of parts) {
      const segment = segmentOf(values[name]);
      if (segment === undefined) return undefined;
      location += segment + after;
    }
    return location;
  };
}
