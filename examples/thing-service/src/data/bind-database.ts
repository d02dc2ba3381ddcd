import { bindCloudDatabase } from "@plinth/data";
import { ThingConfig } from "../thing-config.ts";

/** Opens the database of the chosen cloud: DynamoDB, Firestore, or memory on a laptop. */
export const bindDatabase = bindCloudDatabase(ThingConfig);
