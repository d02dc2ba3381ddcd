export { describeMessagingConformance } from "./describe-messaging-conformance.ts";
export type { ConformanceOptions } from "./suite.ts";
