import { randomUUID } from "node:crypto";
import type { ServiceEnvironment } from "./start-thing-service.ts";

/** Each of these makes a table of its own: tests never meet each other's records. */
const ownTable = () => ({ THINGS_TABLE: `things-${randomUUID()}` });

export function local(): ServiceEnvironment {
  return { CLOUD: "local", ...ownTable() };
}

/** @param endpoint Of DynamoDB Local, which asks for no credentials. */
export function aws(endpoint: string): ServiceEnvironment {
  return {
    CLOUD: "aws",
    AWS_REGION: "eu-central-1",
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    ...ownTable(),
  };
}

/** @param endpoint Of the Firestore emulator. */
export function gcp(endpoint: string): ServiceEnvironment {
  return {
    CLOUD: "gcp",
    GOOGLE_CLOUD_PROJECT: "thing-service-test",
    FIRESTORE_EMULATOR_HOST: endpoint,
    ...ownTable(),
  };
}
