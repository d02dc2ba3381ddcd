export { MemoryBroker } from "./memory-broker.ts";
export { memoryMessaging, type MemoryMessagingOptions } from "./memory-messaging.ts";
