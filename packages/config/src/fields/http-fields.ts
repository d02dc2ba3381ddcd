import * as z from "zod";
import { boolean } from "../parsers/boolean.ts";
import { list } from "../parsers/list.ts";
import { byteSize, duration, integer } from "../parsers/number.ts";

type Quantity = z.ZodType<number | undefined, number | string | undefined>;
type Texts = z.ZodType<readonly string[] | undefined, readonly string[] | string | undefined>;

/** The fields of `httpFields`. All are optional. */
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

/** The largest value that timers and sizes accept. */
const maximum = 2_147_483_647;

/**
 * Settings of the HTTP server for deployers: `ThingConfig.extend(httpFields)`. A field that is not set leaves
 * the setting to the service's code.
 */
export const httpFields: HttpFields = {
  drainDelay: duration({ maximum })
    .optional()
    .describe(
      "How long the server accepts requests while /ready is 503. Default: set by the service.",
    ),
  requestTimeout: duration({ minimum: 1, maximum })
    .optional()
    .describe("Timeout for receiving a request. Default: set by the service, else 60s."),
  methodTimeout: duration({ minimum: 1, maximum })
    .optional()
    .describe("Timeout of a method. Default: set by the service, else none."),
  writeTimeout: duration({ minimum: 1, maximum })
    .optional()
    .describe(
      "Timeout for a client that reads nothing of its response. Default: set by the service, else 60s.",
    ),
  maxRequestsInFlight: integer({ minimum: 1, maximum })
    .optional()
    .describe(
      "Maximum number of concurrent requests; more get 503. Default: set by the service, else no limit.",
    ),
  bodyLimit: byteSize({ minimum: 1, maximum })
    .optional()
    .describe("Maximum size of a request body. Default: set by the service, else 1MiB."),
  headerLimit: byteSize({ minimum: 1, maximum })
    .optional()
    .describe(
      "Maximum size of the request line and headers. Default: set by the service, else 16KiB.",
    ),
  corsOrigins: list()
    .optional()
    .describe(
      "Origins whose pages can call the service, such as https://app.example, or *. Default: set by the service.",
    ),
  trustedProxies: list()
    .optional()
    .describe("Addresses or ranges of the proxies in front, such as 10.0.0.0/8. Default: none."),
  serveDocs: boolean()
    .optional()
    .describe("Whether to serve the page with the API documentation. Default: set by the service."),
};
