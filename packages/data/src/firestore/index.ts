export { firestoreDriver, type FirestoreOptions } from "./firestore-driver.ts";
export type { DeclaredRepository, PlacedRepository } from "../schema/declared-repository.ts";
export {
  firestoreIndexes,
  type FirestoreFieldOverride,
  type FirestoreIndex,
  type FirestoreIndexes,
} from "../schema/firestore-indexes.ts";
