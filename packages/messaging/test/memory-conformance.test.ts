import { describeMessagingConformance } from "@plinth/messaging/conformance";
import { MemoryBroker, memoryMessaging } from "@plinth/messaging/memory";

const broker = new MemoryBroker();

describeMessagingConformance({
  name: "memory",
  createDriver: () => memoryMessaging({ broker }),
  interrupt: () => broker.interrupt(),
});
