import { loadConfig } from "@plinth/config";
import { thingBindings, thingConfigs } from "thing-service";
import { test } from "thing-service/testing";
import { expect } from "vitest";
import { addressOf, launchThingService, patience } from "./support/start-thing-service.ts";

const paths = ["/openapi.json", "/docs"];

test(
  "npm start serves the API's document and a page to try it",
  { timeout: patience },
  async () => {
    await using service = await launchThingService({});
    const url = await addressOf(service);
    const [document, page] = await Promise.all(paths.map((path) => fetch(`${url}${path}`)));
    expect(await document?.json()).toMatchObject({
      info: { title: "thing-service" },
      paths: { "/things": {}, "/things/{thingId}": {} },
    });
    expect(page?.status).toBe(200);
    expect(await page?.text()).toContain("swagger-ui");
    expect(service.stdout).toContain(`in a browser, at ${url}/docs`);
  },
);

test.for([
  [{ ENVIRONMENT: "development" }, 404],
  [{ ENVIRONMENT: "production" }, 404],
  [{ ENVIRONMENT: "production", SERVE_DOCS: "true" }, 200],
] as const)(
  "with %j alone, the page answers %i",
  async ([variables, status], { environment, testApp }) => {
    environment.set({ ...variables, PORT: "0" });
    const { url } = await testApp({ config: loadConfig(thingConfigs), bindings: thingBindings });
    const answers = await Promise.all(paths.map((path) => fetch(`${url}${path}`)));
    expect(answers.map((answer) => answer.status)).toEqual([200, status]);
  },
);
