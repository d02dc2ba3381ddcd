import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "@plinth/testing";
import { expect, onTestFinished } from "vitest";
import {
  launchThingService,
  patience,
  type ServiceEnvironment,
} from "./support/start-thing-service.ts";

/** What a person sees when the service refuses to start. */
async function refusal(environment: ServiceEnvironment): Promise<string> {
  await using service = await launchThingService(environment);
  expect(await service.exit).toEqual({ code: 1, signal: null });
  expect(service.stdout + service.stderr).not.toMatch(/^\s+at |"stack"/m);
  expect(service.stdout).not.toContain("is ready");
  return service.stderr;
}

test(
  "every configuration fault is in one message: variable, value, what was expected",
  { timeout: patience },
  async () => {
    const message = await refusal({ CLOUD: "aws", PORT: "abc" });
    expect(message).toMatch(/PORT.*"abc"/);
    expect(message).toMatch(/port.*65535/i);
    expect(message).toMatch(/AWS_REGION.*(?:not set|missing|required)/);
  },
);

test("an unknown cloud is answered with the known ones", { timeout: patience }, async () => {
  expect(await refusal({ CLOUD: "azure" })).toMatch(/CLOUD.*"azure".*local.*aws.*gcp/s);
});

test("a taken port is named", { timeout: patience }, async () => {
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  expect(await refusal({ PORT: String(port) })).toMatch(new RegExp(`${port}.*(?:taken|in use)`));
});
