import type {
  DocumentData,
  DocumentReference,
  Precondition as ClientPrecondition,
  Timestamp,
} from "@google-cloud/firestore";
import type { WriteAction } from "../driver/write-action.ts";
import { type StoredDocument, toDocument } from "./document.ts";
import type { Precondition } from "./precondition.ts";

/** Writes documents: a batch or a transaction. */
export interface Writer {
  create(reference: DocumentReference, data: DocumentData): unknown;
  set(reference: DocumentReference, data: DocumentData): unknown;
  update(
    reference: DocumentReference,
    data: Record<string, unknown>,
    precondition: ClientPrecondition,
  ): unknown;
  delete(reference: DocumentReference, precondition?: ClientPrecondition): unknown;
}

/** Adds a write with a precondition. */
export function addWrite(
  writer: Writer,
  reference: DocumentReference,
  action: WriteAction,
  precondition: Precondition<Timestamp>,
): void {
  if (action.kind === "remove") {
    // The precondition fails if the record has come into being since.
    if (precondition.exists === false) writer.delete(reference, { exists: false });
    else if (isUnconditional(precondition)) writer.delete(reference);
    else writer.delete(reference, precondition);
    return;
  }
  addDocument(writer, reference, toDocument(action.record), precondition);
}

/** Adds the write of a whole document with a precondition. */
export function addDocument(
  writer: Writer,
  reference: DocumentReference,
  document: StoredDocument | DocumentData,
  precondition: Precondition<Timestamp>,
): void {
  if (precondition.exists === false) writer.create(reference, document);
  else if (isUnconditional(precondition)) writer.set(reference, document);
  else writer.update(reference, { ...document }, precondition);
}

function isUnconditional({ exists, lastUpdateTime }: Precondition<Timestamp>): boolean {
  return exists === undefined && lastUpdateTime === undefined;
}
