import { dynamodb } from "./dynamodb.ts";
import type { EngineDefinition } from "./engine.ts";
import { firestore } from "./firestore.ts";
import { postgres } from "./postgres.ts";
import { rabbitmq } from "./rabbitmq.ts";

/** The table of engines. A new one is a file beside this one and an entry here. */
export const engineDefinitions: readonly EngineDefinition[] = [
  dynamodb,
  firestore,
  postgres,
  rabbitmq,
];
