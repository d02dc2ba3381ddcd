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

/** How a suite calls the service. */
export type CallWay = "in process" | "over HTTP" | "deployed";

/** Options of {@link describeBothWays}. */
export interface BothWaysOptions<C extends object = object> extends Omit<
  AppOptions<C>,
  "name" | "bindings"
> {
  /** Default: `"test"`. */
  readonly name?: string;
  /** Bindings of the service and its dependencies. An HTTP server is not needed. */
  readonly bindings: readonly Binding[];
  /**
   * `"none"` lets the suite call closed methods without a principal. Default: if the bindings bind an
   * `Authorizer`, a closed method needs a principal with all scopes of the method, in process and over
   * HTTP: `runWithContext(createContext({ principal }), () => service.method({ … }))`.
   */
  readonly authorization?: "none" | undefined;
  /**
   * The address of a deployed service, or a function that finds it, for a third run of the suite.
   * Default: none.
   */
  readonly deployed?: ClientOptions | (() => ClientOptions | Promise<ClientOptions>) | undefined;
}

interface Started<T> extends AsyncDisposable {
  readonly service: T;
}

/**
 * Declares one suite several times: the service is called in process, over HTTP in the same process, and,
 * with `deployed`, where it is deployed. A service that passes can be split out of a monolith.
 *
 * Over HTTP every contract in `bindings` is called through the loopback (`bindLoopback`), including those
 * that the service itself calls. Calls are authorized in the same way: by the principal of their context, if
 * the bindings bind an `Authorizer`.
 *
 * One app is started for each way, not for each test, so tests make their own data under their own names.
 * A test that must differ can use the way.
 *
 * @param service the contract
 * @param options what to start; see {@link BothWaysOptions}
 * @param suite declares the tests; its service can be called inside a test or a hook
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
