import { expect, test } from "vitest";
import { type DriverErrorRules, wrapDriverError } from "../src/driver-error.ts";

type Code = "unavailable" | "throttled" | "forbidden" | "internal";

class CallerError extends Error {
  readonly code: Code;
  readonly internalDetails: unknown;
  constructor(code: Code, message: string, options: ErrorOptions & { internalDetails?: unknown }) {
    super(message, options);
    this.code = code;
    this.internalDetails = options.internalDetails;
  }
}

const rules: DriverErrorRules<Code, CallerError> = {
  answers: {
    unavailable: ["unavailable", "It does not answer."],
    throttled: ["unavailable", "It has no capacity left."],
    forbidden: ["internal", "It denies a right."],
  },
  otherwise: ["internal", "It refused the request."],
  isServiceError: (raw) => raw instanceof CallerError,
  create: (code, what, sentence, options) => new CallerError(code, `${what}: ${sentence}`, options),
};

const driver = {
  name: "engine",
  endpoint: () => "http://engine",
  errorCode: (raw: unknown) => (raw as { is?: Code }).is,
};

test.each([
  ["unavailable", "unavailable", "call: It does not answer."],
  ["throttled", "unavailable", "call: It has no capacity left."],
  ["forbidden", "internal", "call: It denies a right."],
  [undefined, "internal", "call: It refused the request."],
] as const)("the code %s becomes %s", (is, code, message) => {
  const raw = Object.assign(new Error("raw"), { is });
  const error = wrapDriverError(driver, "call", raw, rules);
  expect(error).toMatchObject({ code, message, cause: raw });
  const driverCode = is ?? "unknown";
  expect(error.internalDetails).toEqual({
    driver: "engine",
    endpoint: "http://engine",
    driverCode,
  });
});

test("an error for callers passes through unchanged", () => {
  const error = new CallerError("unavailable", "mine", {});
  expect(wrapDriverError(driver, "call", error, rules)).toBe(error);
});
