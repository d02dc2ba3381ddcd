export { aThing, aThingRecord } from "./a-thing.ts";
export { test } from "./test.ts";
