import type { DocumentReference, Firestore } from "@google-cloud/firestore";
import { toDocumentId } from "./document-id.ts";

/** Where used tokens are remembered. No repository can have a collection with this character. */
export const tokenCollection = "plinth~tokens";

const lifetime = 15 * 60_000;

/** The document that remembers a token. */
export function tokenReference(firestore: Firestore, token: string): DocumentReference {
  return firestore.collection(tokenCollection).doc(toDocumentId(token));
}

/** What is remembered of a token. */
export function toTokenDocument(
  fingerprint: string,
  now: number,
): { readonly fingerprint: string; readonly expiresAt: Date } {
  return { fingerprint, expiresAt: new Date(now + lifetime) };
}
