import type { DocumentReference, Firestore } from "@google-cloud/firestore";
import { toDocumentId } from "./document-id.ts";

/** The collection of used tokens. No collection of a repository has this character in its name. */
export const tokenCollection = "plinth~tokens";

const lifetime = 15 * 60_000;

/** The document of a token. */
export function tokenReference(firestore: Firestore, token: string): DocumentReference {
  return firestore.collection(tokenCollection).doc(toDocumentId(token));
}

/** The data of the document of a token. */
export function toTokenDocument(
  fingerprint: string,
  now: number,
): { readonly fingerprint: string; readonly expiresAt: Date } {
  return { fingerprint, expiresAt: new Date(now + lifetime) };
}
