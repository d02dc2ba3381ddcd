export { firestoreDriver, type FirestoreOptions } from "./firestore-driver.ts";
