export { memoryDriver, type MemoryOptions } from "./memory-driver.ts";
