import type { DependencyContainer } from "tsyringe";

import { describeContract, isContract } from "../contract/index.ts";
import { unboundedInputs } from "../contract/unbounded-inputs.ts";
import { Clock, Ids, RandomIds, SystemClock } from "../clock/index.ts";
import { checkGraph } from "../di/check-graph.ts";
import { Container } from "../di/container.ts";
import { tsyringeToken } from "../di/recorded-dependencies.ts";
import { composeGraph, type Graph } from "../di/graph.ts";
import { GraphError, type Binding } from "../di/index.ts";
import { recordBindings } from "../di/record-bindings.ts";
import { Health, type AppState } from "../health/index.ts";
import { createLogger, Logger, parseLogLevel } from "../logger/index.ts";
import { bindConfig, type AppConfig } from "./app-config.ts";
import { AppInfo } from "./app-info.ts";
import { Lifecycle } from "./lifecycle.ts";

/** Options of {@link assemble}. */
export interface AssemblyOptions {
  readonly name: string;
  readonly config: object;
  readonly bindings: readonly Binding[];
  readonly overrides: readonly Binding[];
  readonly logger: Logger | undefined;
  readonly tsyringe: DependencyContainer;
  readonly state: () => AppState;
}

/** The checked parts of an app, before anything is made. */
export interface Assembly {
  readonly graph: Graph;
  readonly container: Container;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

/** Warns of inputs without a bound, in the contracts that this app implements. */
function warnOfUnbounded(graph: Graph, logger: Logger): void {
  const found = [...graph.single.values()].flatMap(({ token, target }) =>
    // A resource is most often a client, whose service checks its own inputs.
    isContract(token) && target.kind !== "resource" && target.kind !== "alias"
      ? unboundedInputs(describeContract(token))
      : [],
  );
  if (found.length === 0) return;
  logger.warn(
    `Lists and records without a bound are read as far as the size of a body allows: ${found.join(", ")}. ` +
      "Give lists .max(), and records a .refine() that counts.",
  );
}

/**
 * Builds the graph of an app and checks it.
 *
 * @throws GraphError that lists all faults.
 */
export function assemble(options: AssemblyOptions): Assembly {
  const { name, config, state } = options;
  const { environment = "development", logLevel = "info" } = config as AppConfig;
  const ownLogger =
    options.logger ?? createLogger({ name, environment, level: parseLogLevel(logLevel) });
  // Health reads it with each line: a binding may replace it below.
  let logger = ownLogger;
  const health = new Health({ state, logger: () => logger });
  const providedByCreateApp: Binding = (binder) => {
    binder.bind(Logger).toValue(ownLogger);
    binder.bind(Health).toValue(health);
    binder.bind(AppInfo).toValue(new AppInfo(name, environment, state));
    binder.bind(Clock).toValue(new SystemClock());
    binder.bind(Ids).toValue(new RandomIds());
    bindConfig(binder, config);
  };
  const graph = composeGraph(
    recordBindings([providedByCreateApp, ...options.bindings]),
    recordBindings(options.overrides),
  );
  const { faults, order } = checkGraph(graph, (token) =>
    options.tsyringe.isRegistered(tsyringeToken(token)),
  );
  if (faults.length > 0) throw new GraphError(`The app "${name}"`, faults);
  const bound = graph.single.get(Logger)?.target;
  if (bound?.kind === "value" && bound.value instanceof Logger) logger = bound.value;
  warnOfUnbounded(graph, logger);
  const container = new Container(options.tsyringe, graph, (token, error) => {
    logger.error(`${token} could not be disposed of at the end of a request.`, { error });
  });
  return {
    graph,
    container,
    logger,
    lifecycle: new Lifecycle({ container, order, logger, health }),
  };
}
