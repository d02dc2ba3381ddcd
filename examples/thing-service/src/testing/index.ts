export { aThing } from "./a-thing.ts";
export { test } from "./test.ts";
