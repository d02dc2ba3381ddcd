import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { z } from "zod";

import * as core from "../src/errors/index.ts";
import {
  createServiceError,
  deserializeError,
  errorCodes,
  isServiceError,
  NotFoundError,
  serializeError,
  ServiceError,
  toServiceError,
  UnavailableError,
  validationError,
  type ErrorCode,
} from "../src/errors/index.ts";

const codes = Object.keys(errorCodes) as ErrorCode[];
const classNameOf = (code: ErrorCode) =>
  `${code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Error`;

describe.each(codes)("%s", (code) => {
  const name = classNameOf(code);
  const own = Reflect.get(core, name) as typeof NotFoundError;

  test("has its own class, with name, code and message", () => {
    const error = createServiceError(code, "m", { cause: "c", details: { a: 1 }, retryAfter: 5 });
    expect(error.constructor).toBe(own);
    expect(error).toMatchObject({ name, code, message: "m", cause: "c", details: { a: 1 } });
    expect(error.retryAfter).toBe(5);
    expect(error.retryable).toBe(errorCodes[code].retryable);
    expect(error.stack).toMatch(new RegExp(`^${name}: m`));
  });

  test("is an instance of its class and of no other canonical class", () => {
    const error = createServiceError(code, "m");
    for (const other of codes) {
      const otherClass = Reflect.get(core, classNameOf(other)) as typeof NotFoundError;
      expect(error instanceof otherClass, other).toBe(other === code);
    }
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toBeInstanceOf(Error);
  });

  test("keeps class and code over the wire, and locally the cause", () => {
    const original = createServiceError(code, "m", {
      details: { a: [1, { b: "c" }] },
      retryAfter: 250,
      requestId: "r",
      cause: new Error("why"),
    });
    const wire: unknown = JSON.parse(JSON.stringify(serializeError(original)));
    const rebuilt = deserializeError(wire, { cause: original });
    expect(rebuilt).toBeInstanceOf(own);
    expect(rebuilt.cause).toBe(original);
    expect(rebuilt).toMatchObject({ code, retryAfter: 250, requestId: "r" });
    const concealed = code === "internal" || code === "unknown";
    expect(rebuilt.details).toEqual(concealed ? {} : { a: [1, { b: "c" }] });
    expect(rebuilt.message === "m").toBe(!concealed);
  });
});

test("errors of another copy of the package are recognized", async () => {
  vi.resetModules();
  const copy = await import("../src/errors/index.ts");
  expect(copy.NotFoundError).not.toBe(NotFoundError);
  const foreign = new copy.NotFoundError("m");
  expect(foreign).toBeInstanceOf(NotFoundError);
  expect(foreign).toBeInstanceOf(ServiceError);
  expect(foreign).not.toBeInstanceOf(UnavailableError);
  expect(isServiceError(foreign, "not_found")).toBe(true);
  expect(toServiceError(foreign)).toBe(foreign);
});

test("a subclass is recognized by its prototype, and is an instance of its canonical class", () => {
  class ThingMissingError extends NotFoundError {}
  expect(new ThingMissingError("m")).toBeInstanceOf(NotFoundError);
  expect(new ThingMissingError("m")).toBeInstanceOf(ThingMissingError);
  expect(new NotFoundError("m")).not.toBeInstanceOf(ThingMissingError);
});

test.each([undefined, null, 1, "x", {}, [], new Error("m"), { code: "not_found" }])(
  "isServiceError(%s) is false",
  (value) => {
    expect(isServiceError(value)).toBe(false);
    expect(value instanceof ServiceError).toBe(false);
  },
);

test("isServiceError narrows by code", () => {
  const error: unknown = new NotFoundError("m");
  expect(isServiceError(error, "not_found")).toBe(true);
  expect(isServiceError(error, "aborted")).toBe(false);
  if (isServiceError(error, "not_found")) {
    expectTypeOf(error.code).toEqualTypeOf<"not_found">();
  }
  expectTypeOf(new NotFoundError("m").code).toEqualTypeOf<"not_found">();
  // @ts-expect-error -- a code outside the closed set
  expect(isServiceError(error, "missing")).toBe(false);
  // @ts-expect-error -- details must be JSON
  expect(new NotFoundError("m", { details: { at: new Date(0) } }).code).toBe("not_found");
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("a retryAfter of %s is dropped", (value) => {
  expect("retryAfter" in new UnavailableError("m", { retryAfter: value })).toBe(false);
});

test("details are a frozen copy", () => {
  const given: Record<string, string> = { thingId: "a" };
  const error = new NotFoundError("m", { details: given });
  given["thingId"] = "b";
  given["more"] = "c";
  expect(error.details).toEqual({ thingId: "a" });
  expect(() => Object.assign(error.details, { thingId: "b" })).toThrow(TypeError);
  expect(() => Object.assign(new NotFoundError("m").details, { thingId: "b" })).toThrow(TypeError);
});

describe("a concealed error", () => {
  const concealed = (code: ErrorCode) =>
    createServiceError(code, "Repository things is away.", {
      concealed: true,
      details: { key: "tenant-7:ann" },
      retryAfter: 250,
      requestId: "r",
    });

  test.each(codes)(
    "of the code %s says what it knows where it is caught, and nothing further out",
    (code) => {
      const error = concealed(code);
      expect(error).toMatchObject({ message: "Repository things is away.", concealed: true });
      expect(Object.keys(error)).not.toContain("concealed");
      const aboutService = code === "unauthenticated" || code === "permission_denied";
      const outer = aboutService ? "internal" : code;
      for (const sent of [serializeError(error), serializeError(toServiceError(error))]) {
        expect(sent).toMatchObject({ code: outer, retryAfter: 250, requestId: "r" });
        expect(JSON.stringify(sent)).not.toMatch(/things|tenant/);
      }
    },
  );

  test("stays concealed as the reason of an abort", () => {
    const abort = Object.assign(new Error("stop", { cause: concealed("unavailable") }), {
      name: "AbortError",
    });
    expect(JSON.stringify(serializeError(toServiceError(abort)))).not.toMatch(/things|tenant/);
  });
});

test("internal details and causes are not part of the JSON", () => {
  const error = new NotFoundError("m", {
    cause: new Error("hidden"),
    internalDetails: { table: "hidden" },
  });
  expect(error.internalDetails).toEqual({ table: "hidden" });
  expect(JSON.stringify(error)).toBe('{"code":"not_found","message":"m"}');
});

describe("toServiceError", () => {
  const timeout = new DOMException("late", "TimeoutError");
  const abort = new DOMException("stop", "AbortError");
  const abortedBy = (cause: unknown) =>
    Object.assign(new Error("stop", { cause }), { name: "AbortError" });

  test.each<[string, unknown, ErrorCode]>([
    ["a timeout", timeout, "deadline_exceeded"],
    ["an abort", abort, "cancelled"],
    ["an abort by a timeout", abortedBy(timeout), "deadline_exceeded"],
    ["an abort by a service error", abortedBy(new UnavailableError("m")), "unavailable"],
    ["an error", new TypeError("x is not a function"), "internal"],
    ["a string", "oh", "internal"],
    ["nothing", undefined, "internal"],
  ])("makes of %s the right code and keeps it as cause", (_, value, code) => {
    const error = toServiceError(value);
    expect(error.code).toBe(code);
    expect(error.cause).toBe(value);
    expect(error.message).not.toContain("x is not");
  });

  test("maps the error of AbortSignal.timeout", async () => {
    const signal = AbortSignal.timeout(1);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    expect(toServiceError(signal.reason).code).toBe("deadline_exceeded");
  });
});

describe("limits of serialization", () => {
  test("depth, width, text and cycles are bounded in both directions", () => {
    const cycle: Record<string, unknown> = { wide: Array.from({ length: 10_000 }, () => "x") };
    cycle["self"] = cycle;
    let deep: unknown = "bottom";
    for (let level = 0; level < 10_000; level += 1) {
      deep = { deep };
    }
    const details = { cycle, deep, long: "x".repeat(1_000_000) };
    const sent = serializeError(
      createServiceError("aborted", "m".repeat(1_000_000), { details: details as never }),
    );
    expect(JSON.stringify(sent).length).toBeLessThan(25_000);
    expect(JSON.stringify(sent)).not.toContain("bottom");
    const received = deserializeError({ code: "aborted", message: "m", details });
    expect(JSON.stringify(received).length).toBeLessThan(25_000);
  });

  test.each([undefined, null, 3, "x", [], { code: "constructor" }, { code: 5, message: {} }])(
    "deserializeError(%j) is an unknown error",
    (value) => {
      expect(deserializeError(value).code).toBe("unknown");
    },
  );

  test("a hostile details object pollutes nothing", () => {
    const wire: unknown = JSON.parse(
      '{"code":"aborted","message":"m","details":{"__proto__":{"polluted":1}}}',
    );
    const error = deserializeError(wire);
    expect(Reflect.get(error.details, "polluted")).toBeUndefined();
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("validationError", () => {
  const faultOf = (schema: z.ZodType, input: unknown) => {
    const { error } = schema.safeParse(input);
    if (error === undefined) {
      throw new Error("the schema accepts the input");
    }
    return validationError(error, "request");
  };
  const order = z.strictObject({
    name: z.string().max(3),
    items: z.array(z.strictObject({ price: z.number() })),
  });

  test("names every bad field by its path", () => {
    const error = faultOf(order, {
      name: "received-value",
      items: [{ price: 1 }, { price: "received-value", "a.b": 1 }],
      extra: 1,
    });
    expect(error.code).toBe("invalid_argument");
    expect(error.details["errors"]).toEqual([
      expect.objectContaining({ path: "name", code: "too_big" }),
      expect.objectContaining({ path: "items[1].price", code: "invalid_type" }),
      { path: 'items[1]["a.b"]', code: "unrecognized_keys", message: "Unknown field" },
      { path: "extra", code: "unrecognized_keys", message: "Unknown field" },
    ]);
    expect(error.message).toMatch(/^The request is not valid: name: .*\(and 1 more\)\.$/);
    expect(JSON.stringify(error)).not.toContain("received-value");
  });

  test("the path of the whole input is empty", () => {
    expect(faultOf(order, 5).details["errors"]).toEqual([
      expect.objectContaining({ path: "", code: "invalid_type" }),
    ]);
  });

  test("shows the faults of the intended branch of a union", () => {
    const union = z.union([z.object({ kind: z.literal("a"), size: z.number() }), z.string()]);
    expect(faultOf(union, { kind: "a", size: "x" }).details["errors"]).toEqual([
      expect.objectContaining({ path: "size", code: "invalid_type" }),
    ]);
  });

  test("a message with the received value in it does not reveal it", () => {
    const schema = z
      .string()
      .refine(() => false, { error: (issue) => `bad ${String(issue.input)}` });
    const { error } = schema.safeParse("received-value", { reportInput: true });
    expect(JSON.stringify(validationError(error as z.ZodError, "request"))).not.toContain(
      "received-value",
    );
  });

  test("thousands of faults and huge keys stay bounded", () => {
    const input = { name: "n", items: [], ["k".repeat(100_000)]: 1 };
    for (let index = 0; index < 5_000; index += 1) {
      Reflect.set(input, `key${index}`, 1);
    }
    const error = faultOf(order, input);
    expect(error.details["errors"]).toHaveLength(64);
    expect(JSON.stringify(error).length).toBeLessThan(20_000);
    expect(error.message).toContain("(and at least 61 more)");
  });
});
