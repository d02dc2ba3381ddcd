/**
 * Fills a location template: every `:name` becomes the output's field of that name, encoded as one
 * path segment.
 *
 * @returns `undefined` when a field is missing, as there is then nothing to point to
 */
export function fillLocation(template: string, output: unknown): string | undefined {
  const values = (output ?? {}) as Readonly<Record<string, unknown>>;
  let complete = true;
  const filled = template.replaceAll(/:([A-Za-z_][A-Za-z0-9_]*)/g, (_match, name: string) => {
    const value = values[name];
    if (typeof value !== "string" && typeof value !== "number") {
      complete = false;
      return "";
    }
    return encodeURIComponent(String(value).toWellFormed());
  });
  return complete ? filled : undefined;
}
