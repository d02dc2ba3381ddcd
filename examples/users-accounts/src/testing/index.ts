export { anAccount, aMembership, aUser } from "./samples.ts";
export { test } from "./test.ts";
