import { describeDriverConformance } from "@plinth/data/conformance";
import { memoryDriver } from "@plinth/data/memory";

describeDriverConformance({ name: "memory", createDriver: () => memoryDriver() });
