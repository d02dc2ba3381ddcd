import { BaseConfig, loadConfig } from "@plinth/config";
import { type App, type Binding, createApp } from "@plinth/core";
import { bindRepository, bindDatabase } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { Authorizer, bindHttp } from "@plinth/http";
import { JwtAuthorizer } from "@plinth/http/jwt";
import { z } from "zod";
import { LampRepository, LampService } from "./lamps.ts";

export class LampConfig extends BaseConfig.extend({
  lampsTable: z.string().default("lamps"),
}) {}

/** The page of the document has files of its own, which are not in a bundle. */
export const hasPage = process.env["BUNDLED"] !== "yes";

const issuer = "https://issuer.example";

/** The claims that the app asks for. */
export const claims = { issuer, audience: "lamps" };

/** The app of the lamps: everything that a service is made of, and every plugin that it can have. */
export function lampApp(bindLamps: Binding, jwksUrl: string): App {
  return createApp({
    name: "lamps",
    config: loadConfig({ local: LampConfig }, { variables: { PORT: "0", LOG_LEVEL: "warn" } }),
    bindings: [
      bindDatabase(() => memoryDriver()),
      bindRepository(LampRepository, [LampConfig], ({ lampsTable }) => ({
        collection: lampsTable,
      })),
      bindLamps,
      (binder) => binder.bind(Authorizer).toValue(new JwtAuthorizer({ jwksUrl, ...claims })),
      bindHttp({
        serve: [LampService],
        cors: { origins: ["https://shop.example"] },
        securityHeaders: true,
        compression: true,
        openApi: { title: "Lamps", version: "1.0.0", ...(hasPage && { docs: "/docs" }) },
      }),
    ],
  });
}
