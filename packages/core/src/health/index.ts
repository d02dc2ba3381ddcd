export {
  Health,
  type AppState,
  type HealthCheckOptions,
  type HealthCheckResult,
  type HealthOptions,
  type HealthReport,
  type LivenessReport,
} from "./health.ts";
export type { HealthCheck } from "./run-check.ts";
