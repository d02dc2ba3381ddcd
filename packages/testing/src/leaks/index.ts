export { detectLeaks, type LeakDetector, type LeakOptions } from "./detect-leaks.ts";
export { type Leak, LeakError } from "./leak-error.ts";
export { outlivesTest } from "./outlives-test.ts";
