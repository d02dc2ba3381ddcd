import type { DocumentSnapshot } from "@google-cloud/firestore";
import type { StoredRecord } from "../driver/stored-record.ts";
import { fromDocument } from "./document.ts";

/** Turns a snapshot into a record; `undefined` if there is none. */
export function toRecord(snapshot: DocumentSnapshot | undefined): StoredRecord | undefined {
  const document = snapshot?.data();
  return document && fromDocument(document, snapshot?.updateTime);
}
