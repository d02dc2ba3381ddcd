import {
  malformedRequest,
  preconditionFailed,
  TransportFaultError,
} from "../problem/transport-fault.ts";

const tagText = /^[\u0021\u0023-\u007e]*$/;

/**
 * A revision as a strong entity tag (RFC 9110).
 *
 * @param revision the output's field
 * @returns `undefined` for what is no text of visible ASCII without quotation marks
 */
export function entityTag(revision: unknown): string | undefined {
  return typeof revision === "string" && tagText.test(revision) ? `"${revision}"` : undefined;
}

/**
 * The revision in an `If-Match` header; `undefined` without one.
 *
 * @throws TransportFaultError 400 for a list and for `*`, which name no revision; 412 for a weak tag,
 *   since nothing matches it
 */
export function readIfMatch(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const revision = /^(?:W\/)?"([\u0021\u0023-\u007e]*)"$/.exec(text)?.[1];
  if (revision === undefined) {
    throw new TransportFaultError(
      malformedRequest(
        'The header if-match must be one entity tag, such as "1a"; lists and * are not supported.',
      ),
    );
  }
  if (text.startsWith("W/")) throw new TransportFaultError(preconditionFailed);
  return revision;
}

/**
 * Whether the caller has what would be sent, by its `If-None-Match` header. The comparison is the
 * weak one, as for every read.
 */
export function isNotModified(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === "*") return true;
  return header.split(",").some((each) => each.trim().replace(/^W\//, "") === tag);
}
