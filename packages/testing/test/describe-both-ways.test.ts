import {
  createApp,
  createContext,
  InternalError,
  InvalidArgumentError,
  NotFoundError,
  runWithContext,
  ServiceError,
} from "@plinth/core";
import { errorCodes } from "@plinth/core/errors";
import { bindHttp, HttpServer } from "@plinth/http";
import { type CallWay, describeBothWays, fakeLogger } from "@plinth/testing";
import { afterAll, describe, expect, test } from "vitest";
import { bindings, EchoService, followWaiting } from "./both-ways-service.ts";

async function errorOf(call: Promise<unknown>): Promise<ServiceError> {
  try {
    await call;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error("The call succeeded.");
}

const seen: string[] = [];

describeBothWays(EchoService, { bindings }, (echo, way) => {
  seen.push(way);

  test("is an instance of the contract", () => {
    expect(echo).toBeInstanceOf(EchoService);
  });

  test("values arrive as they were sent", async () => {
    const value = {
      text: "ä\u0000\u2028\ud800😀",
      number: -1.5e-9,
      list: [null, true, [], {}, ""],
      "strange key/%": { constructor: 1, toString: 2 },
    };
    expect(await echo.echo({ value })).toEqual(value);
    expect(await echo.echo({ value: "text" })).toBe("text");
    expect(await echo.echo({ value: null })).toBe(null);
  });

  test("defaults are filled in, outputs decoded", async () => {
    expect(await echo.ask({ text: "a/b c?" })).toEqual({ text: "a/b c?", limit: 7 });
    expect(await echo.ask({ text: "...", limit: 0.5, list: ["a", ""] })).toEqual({
      text: "...",
      limit: 0.5,
      list: ["a", ""],
    });
    expect(await echo.day({})).toEqual({ day: new Date("2024-02-29") });
  });

  test("fields that travel as headers are fields like any other", async () => {
    const given = { text: "a b", either: "x", limit: -0.5, flag: false, rest: "body" };
    expect(await echo.tell(given)).toEqual(given);
    expect(await echo.tell({})).toEqual({ limit: 7 });
    expect(await echo.tell({ text: "" })).toEqual({ text: "", limit: 7 });
    const error = await errorOf(echo.tell({ limit: "x" as never, rest: 1 as never }));
    expect(error.details["errors"]).toMatchObject([{ path: "limit" }, { path: "rest" }]);
  });

  test("the caller's object is not changed, at once or later, nor its answer", async () => {
    const input = { items: [{ name: "mine" }] };
    const output = await echo.change(input);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(input).toEqual({ items: [{ name: "mine" }] });
    expect(output).toEqual({ items: [{ name: "mine" }, { name: "added by the callee" }] });
  });

  test.each(Object.keys(errorCodes))("%s is thrown as its class", async (code) => {
    const error = await errorOf(echo.fail({ code, message: `It is ${code}.` }));
    const concealed = code === "internal" || code === "unknown";
    expect(error).toBeInstanceOf(ServiceError);
    expect(error.code).toBe(code);
    expect(error.message).toBe(concealed ? `An ${code} error occurred.` : `It is ${code}.`);
    expect(error.details).toEqual(
      concealed ? {} : { reason: "asked for", nested: { list: [1, null, "x"] } },
    );
    expect(error.retryAfter).toBe(250);
    expect(error.internalDetails).toEqual({});
  });

  test("instanceof holds", async () => {
    const error = await errorOf(echo.fail({ code: "not_found", message: "No." }));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.name).toBe("NotFoundError");
  });

  test("an unclassified error is internal and says nothing", async () => {
    const error = await errorOf(echo.crash({ text: "password=hunter2" }));
    expect(error).toBeInstanceOf(InternalError);
    expect(error.message).toBe("An internal error occurred.");
    expect(JSON.stringify(error)).not.toContain("hunter2");
    const lie = await errorOf(echo.lie({ text: "" }));
    expect([lie.code, lie.message]).toEqual(["internal", "An internal error occurred."]);
  });

  test("bad input is refused by its paths", async () => {
    const error = await errorOf(
      echo.change({ items: [{ name: 1 as never }, { name: "", title: "x" } as never] }),
    );
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(/^The input of echo\.change is not valid: items\[0\]\.name: /);
    expect(error.details["errors"]).toEqual([
      { path: "items[0].name", message: expect.any(String), code: "invalid_type" },
      { path: "items[1].title", message: "Unknown field", code: "unrecognized_keys" },
    ]);
  });

  test("a cancelled call rejects, and the implementation is told", async () => {
    const controller = new AbortController();
    const text = `cancel ${way}`;
    const { begun, cancelled } = followWaiting(text);
    const call = errorOf(echo.wait({ text }, { signal: controller.signal }));
    await begun;
    controller.abort();
    const error = await call;
    expect([error.code, error.message]).toEqual(["cancelled", "The call was cancelled."]);
    await cancelled;
  });

  test("a call that takes too long rejects, and the implementation is told", async () => {
    const text = `time out ${way}`;
    const { cancelled } = followWaiting(text);
    // Long enough for the call to begin on a busy machine.
    const error = await errorOf(echo.wait({ text }, { timeout: 1_000 }));
    expect(error.code).toBe("deadline_exceeded");
    await cancelled;
  });

  test("a signal that has fallen keeps the call from starting", async () => {
    const error = await errorOf(echo.echo({ value: 1 }, { signal: AbortSignal.abort() }));
    expect(error.code).toBe("cancelled");
  });

  test("a service calls another one the same way", async () => {
    expect(await echo.note({ text: "hello" })).toEqual({ note: "hello from echo" });
  });

  test("principal, request id, trace and deadline are those of the caller", async () => {
    const context = createContext({
      requestId: "request-1",
      principal: { id: "ada", scopes: ["read"] },
      deadline: Date.now() + 20_000,
    });
    expect(await runWithContext(context, () => echo.whoAmI({}))).toEqual({
      principal: "ada",
      scopes: ["read"],
      requestId: "request-1",
      trace: context.traceparent?.split("-")[1],
      hasDeadline: true,
    });
  });

  test("a caller without a principal is anonymous", async () => {
    expect((await echo.whoAmI({})).principal).toBeUndefined();
  });
});

describeBothWays(EchoService, { bindings }, (echo) => {
  test("can be declared twice in a file", async () => {
    expect(await echo.echo({ value: 1 })).toBe(1);
  });
});

describe("a deployed service", () => {
  const config = { host: "127.0.0.1", port: 0 };
  const serve = bindHttp({ serve: [EchoService], authorization: "none" });
  const remote = createApp({
    name: "echo",
    config,
    bindings: [...bindings, serve],
    logger: fakeLogger(),
  });
  const deployed = async () => {
    await remote.start();
    return { url: remote.get(HttpServer).url };
  };
  afterAll(() => remote.stop());

  const asked: CallWay[] = [];
  describeBothWays(EchoService, { bindings, deployed }, (echo, way) => {
    test("is asked as well", async () => {
      asked.push(way);
      expect(await echo.note({ text: way })).toEqual({ note: `${way} from echo` });
    });
  });

  test("comes last", () => {
    expect(asked).toEqual(["in process", "over HTTP", "deployed"]);
  });
});

test("the suite is declared for each way", () => {
  expect(seen).toEqual(["in process", "over HTTP"]);
});

describe("a service called too early", () => {
  let early: unknown;
  describeBothWays(EchoService, { bindings }, (echo) => {
    try {
      void echo.echo({ value: 1 });
    } catch (error) {
      early = error;
    }
    test("is refused", () => {
      expect(String(early)).toContain("EchoService.echo was called while tests were collected");
    });
  });
  afterAll(() => {
    early = undefined;
  });
});
