/** Makes the location of what a call made; `undefined` when a field is missing. */
export type LocationWriter = (output: unknown) => string | undefined;

function segmentOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number"
    ? encodeURIComponent(String(value).toWellFormed())
    : undefined;
}

/**
 * Prepares a location template: every `:name` becomes the output's field of that name, encoded as one
 * path segment. Without a field there is nothing to point to, and no location.
 *
 * @param template such as `/things/:thingId`
 */
export function createLocationWriter(template: string): LocationWriter {
  const [first = "", ...rest] = template.split(/:([A-Za-z_][A-Za-z0-9_]*)/);
  const names = rest.filter((_, index) => index % 2 === 0);
  const texts = rest.filter((_, index) => index % 2 === 1);
  return (output) => {
    const values = (output ?? {}) as Readonly<Record<string, unknown>>;
    let location = first;
    for (const [index, name] of names.entries()) {
      const segment = segmentOf(values[name]);
      if (segment === undefined) return undefined;
      location += segment + (texts[index] ?? "");
    }
    return location;
  };
}
