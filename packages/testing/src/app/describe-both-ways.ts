import {
  type AnyServiceClass,
  type AppOptions,
  type Binding,
  createApp,
  describeContract,
} from "@plinth/core";
import {
  Authorizer,
  bindAuthorized,
  bindLoopback,
  type ClientOptions,
  createClient,
} from "@plinth/http";
import { afterAll, beforeAll, describe } from "vitest";
import { fakeLogger } from "../fakes/fake-logger.ts";
import { bindsToken } from "./binds-token.ts";
import { lateService } from "./late-service.ts";

/** How a suite reaches the service. */
export type CallWay = "in process" | "over HTTP" | "deployed";

/** What {@link describeBothWays} starts. */
export interface BothWaysOptions<C extends object = object> extends Omit<
  AppOptions<C>,
  "name" | "bindings"
> {
  /** Default: `"test"`. */
  readonly name?: string;
  /** What the service and all that it needs are bound by; without an HTTP server if you like. */
  readonly bindings: readonly Binding[];
  /**
   * `"none"` lets the suite call closed methods without a principal. Default: where the bindings bind an
   * `Authorizer`, a closed method is for calls with a principal that has all scopes of the method, in
   * process and over HTTP: `runWithContext(createContext({ principal }), () => service.method({ … }))`.
   */
  readonly authorization?: "none" | undefined;
  /**
   * Where the service runs already, or what finds out, for a third run of the suite. Absent: there
   * are two.
   */
  readonly deployed?: ClientOptions | (() => ClientOptions | Promise<ClientOptions>) | undefined;
}

interface Started<T> extends AsyncDisposable {
  readonly service: T;
}

/**
 * Declares one suite several times over: with the service called in process, called over HTTP in the
 * same process, and, where it is deployed somewhere, called there. A service that passes can be
 * split out of a monolith.
 *
 * Over HTTP all contracts in `bindings` are forced through it (`bindLoopback`), those that the
 * service itself calls among them. Calls are authorized alike both ways: by the principal of their
 * context, where the bindings bind an `Authorizer`.
 *
 * One app is started for each way, not for each test: tests have to make their own data under names
 * of their own. Where a test has to differ all the same, it can ask for the way.
 *
 * @param service the contract
 * @param options what to start, and where it is deployed; see {@link BothWaysOptions}
 * @param suite declares the tests; its service can be called once they run
 */
export function describeBothWays<T extends object, C extends object>(
  service: AnyServiceClass<T>,
  options: BothWaysOptions<C>,
  suite: (service: T, way: CallWay) => void,
): void {
  const { bindings, deployed, authorization, ...others } = options;
  const { name } = describeContract(service);
  const start = async (these: readonly Binding[]): Promise<Started<T>> => {
    const app = createApp({ name: "test", logger: fakeLogger(), ...others, bindings: these });
    await app.start();
    const stop = (): Promise<void> => app.stop("The suite is over.");
    return { service: app.get(service), [Symbol.asyncDispose]: stop };
  };
  const connect = async (): Promise<Started<T>> => {
    const client = createClient(
      service,
      typeof deployed === "function" ? await deployed() : (deployed as ClientOptions),
    );
    return { service: client, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
  };
  const isChecked = (): boolean => authorization !== "none" && bindsToken(bindings, Authorizer);
  const ways: [CallWay, () => Promise<Started<T>>][] = [
    ["in process", () => start(isChecked() ? [bindAuthorized(bindings)] : bindings)],
    ["over HTTP", () => start([bindLoopback(bindings, { authorization })])],
  ];
  if (deployed !== undefined) ways.push(["deployed", connect]);

  for (const [way, open] of ways) {
    describe(`${name}, ${way}`, () => {
      let started: Started<T> | undefined;
      beforeAll(async () => {
        started = await open();
      });
      afterAll(() => started?.[Symbol.asyncDispose]());
      suite(
        lateService(service, () => started?.service),
        way,
      );
    });
  }
}
