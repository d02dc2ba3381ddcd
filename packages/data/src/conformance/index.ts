export { describeDriverConformance } from "./describe-driver-conformance.ts";
export type { ConformanceOptions } from "./suite.ts";
