export { fakeAppInfo, fakeHealth, type FakeAppInfoOptions } from "./app/fake-app-info.ts";
export {
  engineEndpoint,
  engineVariables,
  type EngineLookup,
  type DatabaseEngineName,
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
export { testApp, type AppClient, type RunningApp, type TestAppOptions } from "./app/test-app.ts";
export { testConfig } from "./config/test-config.ts";
export {
  describeBothWays,
  type BothWaysOptions,
  type CallWay,
} from "./contract/describe-both-ways.ts";
export type { OpenRepositories, RepositoriesOf } from "./database/open-repositories.ts";
export {
  type EventSelection,
  EventSet,
  type Observed,
  type ObservedEvent,
  type WaitOptions,
} from "./events/event-set.ts";
export { faultyMessaging, type FaultyMessaging } from "./events/faulty-messaging.ts";
export type {
  DeadLetteredEvent,
  DeliveredEvent,
  PublishedEvent,
  RetriedEvent,
  SkippedEvent,
} from "./events/observed-events.ts";
export { EventWatch, watchEvents } from "./events/watch-events.ts";
export type { Fixtures } from "./fixtures/fixtures.ts";
export { test } from "./fixtures/test.ts";
export {
  detectLeaks,
  LeakError,
  outlivesTest,
  type Leak,
  type LeakDetector,
  type LeakOptions,
} from "./leaks/index.ts";
export { fakeLogger, FakeLogger, type LogLine } from "./logger/fake-logger.ts";
export { mockLogger } from "./logger/mock-logger.ts";
export { mockOf, type Mock } from "./mocks/mock-of.ts";
export type { EngineSpace } from "./spaces/engine-space.ts";
export { openEngines, type Engines, type OpenEngines } from "./spaces/open-engines.ts";
export { fakeClock, FakeClock } from "./time/fake-clock.ts";
export { fakeIds, FakeIds } from "./time/fake-ids.ts";
