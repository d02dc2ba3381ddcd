export { describeDriverConformance } from "./describe-driver-conformance.ts";
export type { ConformanceOptions, EngineLimits } from "./suite.ts";
