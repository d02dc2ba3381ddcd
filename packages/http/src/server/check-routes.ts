import { DeclarationError, describeContract } from "@plinth/core";
import { healthPaths } from "./exchanges.ts";
import type { OpenApiRouteOptions } from "./http-options.ts";
import type { ServiceBinding } from "./service-routes.ts";

/**
 * Finds routes that two methods declare, of different services for example, or a method and the server
 * itself. The error of the router would name the route only, and neither owner.
 *
 * @throws DeclarationError that lists all of them
 */
export function checkRoutes(
  services: readonly ServiceBinding[],
  openApi: OpenApiRouteOptions | undefined,
): void {
  const owners = new Map<string, string>();
  const faults: string[] = [];
  const claim = (httpMethod: string, path: string, owner: string): void => {
    const route = `${httpMethod} ${path.replaceAll(/:[A-Za-z_][A-Za-z0-9_]*/g, ":")}`;
    const other = owners.get(route);
    if (other === undefined) owners.set(route, owner);
    else faults.push(`${httpMethod} ${path} is the route of ${other} and of ${owner}`);
  };
  for (const path of healthPaths) claim("GET", path, "the server's health");
  if (openApi !== undefined) {
    claim("GET", openApi.path ?? "/openapi.json", "the OpenAPI document");
    if (openApi.docs !== undefined) claim("GET", openApi.docs, "the page for the OpenAPI document");
  }
  for (const { service, prefix } of services) {
    const { name, methods } = describeContract(service);
    for (const method of methods) {
      claim(method.httpMethod, `${prefix}${method.path}`, `${name}.${method.name}`);
    }
  }
  if (faults.length === 0) return;
  throw new DeclarationError(
    `Routes are taken twice:\n${faults.map((fault) => `  - ${fault}`).join("\n")}\nFix: give one of the services a prefix, as in serve: [{ service, prefix: "/more" }].`,
  );
}
