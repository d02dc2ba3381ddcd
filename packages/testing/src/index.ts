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
export { startApp, type RunningApp, type StartAppOptions } from "./app/start-app.ts";
export { testConfig } from "./config/test-config.ts";
export {
  describeBothWays,
  type BothWaysOptions,
  type CallWay,
} from "./contract/describe-both-ways.ts";
export { test, type Fixtures } from "./fixtures/test.ts";
export { fakeLogger, FakeLogger, type LogLine } from "./logger/fake-logger.ts";
export { mockLogger } from "./logger/mock-logger.ts";
export { mockOf, type Mock } from "./mocks/mock-of.ts";
