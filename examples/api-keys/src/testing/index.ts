export { anApiKey } from "./an-api-key.ts";
export { test } from "./test.ts";
