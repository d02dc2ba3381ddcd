import type { IncomingHttpHeaders } from "node:http";
import type { MethodDescription } from "@plinth/core";
import {
  malformedRequest,
  preconditionFailed,
  TransportFaultError,
} from "../problem/transport-fault.ts";

/**
 * A revision as a strong entity tag (RFC 9110). Characters that a tag cannot contain are percent-encoded, so
 * that each text has its own tag.
 *
 * @param revision the field of the output
 * @returns `undefined` for a value that is not a text
 */
export function entityTag(revision: unknown): string | undefined {
  return typeof revision === "string"
    ? `"${encodeURIComponent(revision.toWellFormed())}"`
    : undefined;
}

/**
 * The revision that an entity tag stands for; `undefined` for a tag of another form.
 *
 * @param tag a strong or weak tag, with its quotation marks
 */
export function revisionOf(tag: string): string | undefined {
  const text = /^(?:W\/)?"([\u0021\u0023-\u007e]*)"$/.exec(tag.trim())?.[1];
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * The revision in an `If-Match` header; `undefined` without one.
 *
 * @throws TransportFaultError 400 for a list and for `*`, which name no revision; 412 for a weak tag, which
 *   never matches
 */
export function readIfMatch(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const revision = revisionOf(header);
  if (revision === undefined) {
    throw new TransportFaultError(
      malformedRequest(
        'The header if-match must be one entity tag, such as "1a"; lists and * are not supported.',
      ),
    );
  }
  if (header.trim().startsWith("W/")) throw new TransportFaultError(preconditionFailed);
  return revision;
}

/**
 * The revision that a change is meant for, from the header of a method that takes one. The caller relies on a
 * condition, so one that the method does not evaluate is refused.
 *
 * @throws TransportFaultError as {@link readIfMatch} does; 400 for a condition that the method does not take
 */
export function readPrecondition(
  { httpMethod, ifMatch, name }: MethodDescription,
  headers: IncomingHttpHeaders,
): string | undefined {
  if (httpMethod === "GET") return undefined;
  const refused = ifMatch === undefined ? ["if-match", "if-none-match"] : ["if-none-match"];
  for (const header of refused) {
    if (headers[header] === undefined) continue;
    throw new TransportFaultError(
      malformedRequest(`The header ${header} is a condition that ${name} does not take.`),
    );
  }
  return readIfMatch(headers["if-match"]);
}

/**
 * Whether the caller already has the answer, by its `If-None-Match` header. The comparison is weak, as for
 * every read.
 */
export function isNotModified(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === "*") return true;
  return header.split(",").some((each) => each.trim().replace(/^W\//, "") === tag);
}
