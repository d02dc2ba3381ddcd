export { fakeAppInfo, fakeHealth, type FakeAppInfoOptions } from "./fakes/fake-app-info.ts";
export {
  engineEndpoint,
  engineVariables,
  type EngineLookup,
  type DatabaseEngineName,
  type EngineName,
} from "./engines/engine-endpoint.ts";
export { describeWithEngine, isEngineRequired } from "./engines/describe-with-engine.ts";
export { cleanEnvironment, type TestEnvironment } from "./app/clean-environment.ts";
export {
  startProcess,
  type ProcessExit,
  type StartProcessOptions,
  type TestProcess,
} from "./app/start-process.ts";
export { testApp, type AppClient, type RunningApp, type TestAppOptions } from "./app/test-app.ts";
export { testConfig } from "./app/test-config.ts";
export { describeBothWays, type BothWaysOptions, type CallWay } from "./app/describe-both-ways.ts";
export type { OpenRepositories, RepositoriesOf } from "./fixtures/open-repositories.ts";
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
export { detectLeaks, type LeakDetector, type LeakOptions } from "./leaks/detect-leaks.ts";
export { type Leak, LeakError } from "./leaks/leak-error.ts";
export { outlivesTest } from "./leaks/outlives-test.ts";
export { fakeLogger, FakeLogger, type LogLine } from "./fakes/fake-logger.ts";
export { mockLogger } from "./fakes/mock-logger.ts";
export { mockOf, type Mock } from "./fakes/mock-of.ts";
export type { EngineSpace } from "./engines/engine-space.ts";
export { openEngines, type Engines, type OpenEngines } from "./engines/open-engines.ts";
export { fakeClock, FakeClock } from "./fakes/fake-clock.ts";
export { fakeIds, FakeIds } from "./fakes/fake-ids.ts";
