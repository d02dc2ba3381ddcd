export { MemoryBroker } from "./memory-broker.ts";
export {
  memoryMessaging,
  type MemoryMessagingDriver,
  type MemoryMessagingOptions,
} from "./memory-messaging.ts";
