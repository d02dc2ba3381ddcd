import * as z from "zod";
import { boolean } from "../parsers/boolean.ts";
import { list } from "../parsers/list.ts";
import { byteSize, duration, integer } from "../parsers/number.ts";

type Quantity = z.ZodType<number | undefined, number | string | undefined>;
type Texts = z.ZodType<readonly string[] | undefined, readonly string[] | string | undefined>;

/** The fields of `httpFields`; all may be left out. */
export type HttpFields = {
  readonly drainDelay: Quantity;
  readonly requestTimeout: Quantity;
  readonly methodTimeout: Quantity;
  readonly writeTimeout: Quantity;
  readonly maxRequestsInFlight: Quantity;
  readonly bodyLimit: Quantity;
  readonly headerLimit: Quantity;
  readonly corsOrigins: Texts;
  readonly trustedProxies: Texts;
  readonly serveDocs: z.ZodType<boolean | undefined, boolean | string | undefined>;
};

/** Timers and sizes hold no more than this. */
const maximum = 2_147_483_647;

/**
 * What a deployer can decide about the HTTP server of a service: `ThingConfig.extend(httpFields)`.
 * A field that is not set leaves the decision to the service's code.
 */
export const httpFields: HttpFields = {
  drainDelay: duration({ maximum })
    .optional()
    .describe("How long requests are still taken while /ready is 503; unset: as the service says."),
  requestTimeout: duration({ minimum: 1, maximum })
    .optional()
    .describe("How long a request may take to arrive; unset: as the service says, 60s by default."),
  methodTimeout: duration({ minimum: 1, maximum })
    .optional()
    .describe("How long a method may take; unset: as the service says, by default no limit."),
  writeTimeout: duration({ minimum: 1, maximum })
    .optional()
    .describe(
      "How long a client may take nothing of its answer; unset: as the service says, 60s by default.",
    ),
  maxRequestsInFlight: integer({ minimum: 1, maximum })
    .optional()
    .describe(
      "The most requests in flight, more get 503; unset: as the service says, by default no limit.",
    ),
  bodyLimit: byteSize({ minimum: 1, maximum })
    .optional()
    .describe("The largest body of a request; unset: as the service says, 1MiB by default."),
  headerLimit: byteSize({ minimum: 1, maximum })
    .optional()
    .describe(
      "The largest request line and headers; unset: as the service says, 16KiB by default.",
    ),
  corsOrigins: list()
    .optional()
    .describe(
      "Origins whose pages may call, https://app.example or *; unset: as the service says.",
    ),
  trustedProxies: list()
    .optional()
    .describe("Addresses or ranges of the proxies in front, such as 10.0.0.0/8; unset: none."),
  serveDocs: boolean()
    .optional()
    .describe(
      "Whether the page with the API's documentation is served; unset: as the service says.",
    ),
};
