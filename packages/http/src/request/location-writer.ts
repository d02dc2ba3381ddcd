/** Writes the location of a created record; `undefined` if there is none on this host. */
export type LocationWriter = (output: unknown) => string | undefined;

/** Characters that need no encoding in a path (RFC 3986, unreserved characters). */
const unreserved = /^[\w.~-]+$/;
/** A segment that proxies remove or resolve: the path would lead elsewhere, or to another host. */
const vanishing = /^\.{0,2}$/;

function textOf(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value);
  return unreserved.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

/** Fixed text, encoded for a header. Text that is encoded already stays as it is. */
function fixedText(text: string): string {
  return encodeURI(text.toWellFormed()).replaceAll("%25", "%");
}

/** A part of the template between slashes: fixed texts, with a field after each but the last. */
interface Segment {
  readonly texts: readonly string[];
  readonly names: readonly string[];
}

function segmentOf(template: string): Segment {
  const parts = template.split(/:([A-Za-z_][A-Za-z0-9_]*)/);
  return {
    texts: parts.filter((_, index) => index % 2 === 0).map(fixedText),
    names: parts.filter((_, index) => index % 2 === 1),
  };
}

function writeSegment(
  { texts, names }: Segment,
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  let written = texts[0] ?? "";
  for (const [index, name] of names.entries()) {
    const text = Object.hasOwn(values, name) ? textOf(values[name]) : undefined;
    if (text === undefined) return undefined;
    written += text + (texts[index + 1] ?? "");
  }
  return written;
}

/**
 * Prepares a location template: each `:name` becomes the output's field of that name, encoded as one path
 * segment. There is no location if a field is missing, or if a segment would be empty, "." or "..".
 *
 * @param template such as `/things/:thingId`
 */
export function createLocationWriter(template: string): LocationWriter {
  const [path = "", ...rest] = template.split(/(?=[?#])/);
  const segments = path.split("/").map(segmentOf);
  const after = segmentOf(rest.join(""));
  return (output) => {
    const values = (output ?? {}) as Readonly<Record<string, unknown>>;
    const written: string[] = [];
    for (const segment of segments) {
      const text = writeSegment(segment, values);
      if (text === undefined || (segment.names.length > 0 && vanishing.test(text)))
        return undefined;
      written.push(text);
    }
    const end = writeSegment(after, values);
    return end === undefined ? undefined : written.join("/") + end;
  };
}
