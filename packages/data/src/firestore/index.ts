export { firestoreDriver, type FirestoreOptions } from "./firestore-driver.ts";
export type { DeclaredRepository, PlacedRepository } from "../repository/declared-repository.ts";
export {
  firestoreIndexes,
  type FirestoreFieldOverride,
  type FirestoreIndex,
  type FirestoreIndexes,
} from "./firestore-indexes.ts";
