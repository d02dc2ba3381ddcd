import { expect, onTestFinished, test } from "vitest";
import { cleanEnvironment } from "../src/index.ts";

test("only what a process needs is left, and all comes back", () => {
  process.env["AWS_REGION"] = "eu-central-1";
  onTestFinished(() => void delete process.env["AWS_REGION"]);
  const before = { ...process.env };

  const environment = cleanEnvironment();
  expect(process.env["AWS_REGION"]).toBeUndefined();
  expect(process.env["PATH"]).toBe(before["PATH"]);
  environment.set({ CLOUD: "aws", PATH: undefined });
  environment.set({ PORT: "0" });
  expect(process.env).toMatchObject({ CLOUD: "aws", PORT: "0" });
  expect("PATH" in process.env).toBe(false);

  environment.restore();
  expect({ ...process.env }).toEqual(before);
});
