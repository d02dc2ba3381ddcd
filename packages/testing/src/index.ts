export {
  engineEndpoint,
  engineVariables,
  type EngineLookup,
  type EngineName,
} from "./engines/engine-endpoint.ts";
export { describeWithEngine, isEngineRequired } from "./engines/describe-with-engine.ts";
export { cleanEnvironment, type TestEnvironment } from "./environment/clean-environment.ts";
export {
  startProcess,
  type ProcessExit,
  type StartProcessOptions,
  type TestProcess,
} from "./process/start-process.ts";
