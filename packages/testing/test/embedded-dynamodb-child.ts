/** Runs an embedded engine on the folder given, until it is killed. */
import { startEmbeddedDynamoDB } from "../src/embedded-dynamodb/index.ts";

const { endpoint } = await startEmbeddedDynamoDB({ path: process.argv[2] ?? "" });
process.stdout.write(`${endpoint}\n`);
