export {
  Health,
  type AppState,
  type HealthOptions,
  type HealthReport,
  type LivenessReport,
} from "./health.ts";
export type { HealthCheck, HealthCheckOptions, HealthCheckResult } from "./health-check.ts";
