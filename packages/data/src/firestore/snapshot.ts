import type { DocumentSnapshot } from "@google-cloud/firestore";
import type { StoredRecord } from "../driver/stored-record.ts";
import { fromDocument } from "./document.ts";

/** Turns what was read into a record; `undefined` where there is none. */
export function toRecord(snapshot: DocumentSnapshot | undefined): StoredRecord | undefined {
  const document = snapshot?.data();
  return document && fromDocument(document, snapshot?.updateTime);
}
