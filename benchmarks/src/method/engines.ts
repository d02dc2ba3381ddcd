/** What is measured where it runs. */
export type Engine = "dynamodb" | "firestore" | "postgres" | "rabbitmq";

const variables: Readonly<Record<Engine, string>> = {
  dynamodb: "AWS_ENDPOINT_URL_DYNAMODB",
  firestore: "FIRESTORE_EMULATOR_HOST",
  postgres: "TEST_DATABASE_URL",
  rabbitmq: "RABBITMQ_URL",
};

/** Where an engine is; `undefined` where there is none. `npm run bench` starts those it can. */
export function engineEndpoint(engine: Engine): string | undefined {
  return process.env[variables[engine]];
}
