import { describe, expect, test } from "vitest";

import { createContext, forgetSecret, registerSecret, runWithContext } from "../src/index.ts";
import { captured } from "./capture.ts";

describe("fields of a line", () => {
  test("cannot replace those of the context, and are free outside of one", () => {
    const { logger, lines, text } = captured();
    const forged = { requestId: "forged", traceparent: "forged", principalId: "forged" };
    logger.info("outside", forged);
    runWithContext(createContext({ requestId: "r-1", principal: { id: "p-1" } }), () => {
      logger.info("flat", forged);
      logger.info("deep", { ...forged, more: {} });
      logger.child(forged).info("child");
    });
    expect(lines()[0]).toMatchObject(forged);
    for (const line of lines().slice(1)) {
      expect(line).toMatchObject({ requestId: "r-1", principalId: "p-1" });
      expect(line["traceparent"]).toMatch(/^00-/);
    }
    expect(lines()[1]).toMatchObject({ requestId_: "forged", principalId_: "forged" });
    expect(
      text()
        .split("\n")[1]
        ?.match(/"requestId":/g),
    ).toHaveLength(1);
  });

  test("of a context are cleaned again for another logger, and once a secret is registered", () => {
    const plain = captured();
    const strict = captured({ secretKeys: ["ssn"] });
    const requestId = "ssn=123-45-6789/later-secret";
    runWithContext(createContext({ requestId }), () => {
      strict.logger.info("first");
      plain.logger.info("second");
      registerSecret("later-secret");
      plain.logger.info("third", { a: 1 });
      forgetSecret("later-secret");
    });
    expect(plain.lines().map((line) => line["requestId"])).toEqual([
      requestId,
      "ssn=123-45-6789/[secret]",
    ]);
    expect(strict.lines()[0]).toMatchObject({ requestId: "ssn=[secret]" });
  });

  test("are read once, for the check and for the line", () => {
    const { logger, lines, text } = captured();
    let reads = 0;
    logger.info("changes", {
      get note() {
        reads += 1;
        return reads === 1 ? "fine" : "password=hidden-value";
      },
    });
    expect(lines()[0]).toMatchObject({ note: "fine" });
    expect(text()).not.toContain("hidden-value");
  });

  test("are shown if another one cannot be read", () => {
    const { logger, lines } = captured();
    const fields = { a: 1, b: "two" };
    Object.defineProperty(fields, "c", {
      get: () => {
        throw new Error("no");
      },
      enumerable: true,
    });
    logger.info("odd", fields);
    expect(lines()[0]).toMatchObject({ a: 1, b: "two", c: "[unreadable]" });
  });

  test("look the same on the fast path for flat scalars and on the walk", () => {
    const { logger, lines } = captured();
    const flat = {
      text: "t",
      number: 1.5,
      infinite: Number.POSITIVE_INFINITY,
      yes: true,
      none: null,
      absent: undefined,
      password: "hidden",
      url: "https://me:hidden@host/",
      value: "hidden",
      name: "password",
      level: "fatal",
      message: "m",
    };
    logger.info("flat", flat);
    logger.info("deep", { ...flat, more: {} });
    const [short, long] = lines();
    expect(JSON.stringify(short)).not.toContain("hidden");
    expect({ ...short, time: 0 }).toEqual({ ...long, message: "flat", more: undefined, time: 0 });
  });

  test("are checked again when a secret is registered", () => {
    const { logger, lines } = captured();
    const log = (): void => logger.info("at hunter22", { hunter22: 1, note: "hunter22" });
    log();
    registerSecret("hunter22");
    try {
      log();
    } finally {
      forgetSecret("hunter22");
    }
    expect(JSON.stringify(lines()[0])).toContain("hunter22");
    expect(JSON.stringify(lines()[1])).not.toContain("hunter22");
    expect(lines()[1]).toMatchObject({ "[secret]": 1, note: "[secret]", message: "at [secret]" });
  });

  test("named err keep the form of errors", () => {
    const { logger, lines } = captured();
    logger.info("m", { err: new TypeError("wrong") });
    expect(lines()[0]).toMatchObject({ err: { type: "TypeError", message: "wrong" } });
  });
});

describe("registered secrets", () => {
  test("are shared by all copies in one set, and short ones are ignored", () => {
    registerSecret("short");
    registerSecret("long-enough");
    const shared: unknown = Reflect.get(globalThis, Symbol.for("plinth.secrets"));
    expect(shared).toBeInstanceOf(Set);
    expect(shared).not.toContain("short");
    (shared as Set<string>).add("added-elsewhere");
    const { logger, lines } = captured();
    logger.info("a long-enough short added-elsewhere z");
    expect(lines()[0]?.["message"]).toBe("a [secret] short [secret] z");
    forgetSecret("long-enough");
    forgetSecret("added-elsewhere");
    logger.info("long-enough");
    expect(lines()[1]?.["message"]).toBe("long-enough");
  });

  test("with the same beginning are replaced whole", () => {
    registerSecret("abcdef");
    registerSecret("abcdefghi");
    const { logger, lines } = captured({ secretKeys: ["ssn"] });
    logger.info("abcdefghi", { userSsn: "1" });
    expect(lines()[0]).toMatchObject({ message: "[secret]", userSsn: "[secret]" });
    forgetSecret("abcdef");
    forgetSecret("abcdefghi");
  });
});
