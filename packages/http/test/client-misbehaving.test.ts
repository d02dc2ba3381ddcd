import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import type { ServiceError } from "@plinth/core";
import { describe, expect, test } from "vitest";
import { createClient, type ClientOptions } from "../src/index.ts";
import { ThingService } from "./client-things.ts";
import { httpAnswer, rawServer } from "./raw-server.ts";

const thing = '{"thingId":"a","name":"A"}';

async function errorOf(call: Promise<unknown>): Promise<ServiceError> {
  try {
    await call;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error("The call succeeded.");
}

/** Creates a thing, which is not idempotent, at a server that answers as given. */
async function failureOf(
  answer: (socket: Socket) => void,
  options: Partial<ClientOptions> = {},
): Promise<{ error: ServiceError; sent: number; url: string }> {
  await using server = await rawServer(answer);
  await using things = createClient(ThingService, { url: server.url, ...options });
  const error = await errorOf(things.createThing({ name: "lamp" }, { timeout: 10_000 }));
  return { error, sent: server.requests.length, url: server.url };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("refused: unavailable, with the address in the cause alone", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  await using things = createClient(ThingService, { url });
  const error = await errorOf(things.createThing({ name: "lamp" }));
  expect(error.code).toBe("unavailable");
  expect(error.message).toBe("The service things cannot be reached: the connection was refused.");
  expect((error.cause as Error).message).toBe(
    `POST ${url}/things failed: the connection was refused`,
  );
});

test("an unknown host: unavailable", async () => {
  await using things = createClient(ThingService, { url: "http://things.invalid" });
  const error = await errorOf(things.createThing({ name: "lamp" }));
  expect(error.code).toBe("unavailable");
});

const broken: readonly [string, string, (socket: Socket) => void][] = [
  ["reset before the answer", "unavailable", (socket) => socket.resetAndDestroy()],
  [
    "reset mid-body",
    "unavailable",
    (socket) => {
      socket.write(httpAnswer(201, thing.slice(0, 9), { "content-length": "900" }), () =>
        socket.resetAndDestroy(),
      );
    },
  ],
  [
    "closed mid-body",
    "unavailable",
    (socket) => socket.end(httpAnswer(201, thing, { "content-length": "900" })),
  ],
  [
    "closed in the middle of a chunk",
    "unavailable",
    (socket) =>
      socket.end(
        `HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1a\r\n{"thing`,
      ),
  ],
  ["closed without an answer", "unavailable", (socket) => socket.end()],
];

test.each(broken)("%s: %s, sent once", async (_name, code, answer) => {
  const { error, sent } = await failureOf(answer);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(/^The service things cannot be reached: /);
  expect(sent).toBe(1);
});

const nonsense: readonly [string, string, RegExp][] = [
  [
    "200 with HTML",
    httpAnswer(200, "<html><body>Sign in, password=hunter2</body></html>", {
      "content-type": "text/html; charset=utf-8",
    }),
    /answered 200 with 51 bytes of text\/html: <html><body>Sign in, .*, not with JSON/,
  ],
  [
    "HTML that calls itself JSON",
    httpAnswer(201, "<html>hunter2</html>"),
    /answered 201 with 20 bytes of application\/json that is not valid JSON/,
  ],
  [
    "truncated JSON",
    httpAnswer(201, thing.slice(0, -5)),
    /21 bytes of application\/json that is not valid JSON; it may be cut off/,
  ],
  [
    "a content-length that is too short",
    httpAnswer(201, thing, { "content-length": "9" }),
    /9 bytes of application\/json that is not valid JSON/,
  ],
  [
    "a wrong schema",
    httpAnswer(201, '{"thingId":7,"title":"hunter2"}'),
    /does not fit the contract: thingId: .*string.*; name: /,
  ],
  ["nothing", httpAnswer(201, ""), /answered 201 with nothing that does not fit the contract/],
  [
    "a redirect",
    httpAnswer(302, "", { location: "https://login.example.org/?token=hunter2" }),
    /answered 302, a redirect to https:\/\/login\.example\.org\/, which is not followed/,
  ],
  [
    "a 500 that is no problem document",
    httpAnswer(500, "Oops", { "content-type": "text/plain" }),
    /answered 500 with 4 bytes of text\/plain: Oops, not with a problem document/,
  ],
  [
    "a problem document with a code of its own",
    httpAnswer(418, '{"code":"teapot","detail":"hunter2"}', {
      "content-type": "application/problem+json",
    }),
    /answered 418 with 36 bytes of application\/problem\+json, not with a problem document/,
  ],
  [
    "a compressed answer without a request for it",
    httpAnswer(201, thing, { "content-encoding": "gzip" }),
    /content-encoding gzip/,
  ],
  ["what is not HTTP", "SSH-2.0-OpenSSH hunter2\r\n\r\n", /is not valid HTTP: /],
  ["a head over the limit", httpAnswer(201, thing, { "x-long": "x".repeat(100_000) }), /headers/],
];

describe("an invalid answer is internal, with a message for developers and no secret:", () => {
  test.each(nonsense)("%s", async (_name, answer, message) => {
    const { error, sent, url } = await failureOf((socket) => socket.write(answer));
    expect(error.code).toBe("internal");
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`The call of things.createThing failed: POST ${url}/things `);
    expect(error.message.length).toBeLessThan(600);
    expect(`${error.message}${String(error.cause)}`).not.toContain("hunter2");
    expect(JSON.stringify(error)).toBe(
      '{"code":"internal","message":"An internal error occurred."}',
    );
    expect(sent).toBe(1);
  });

  test("a body of 10 MB is not read to its end", async () => {
    let taken = 0;
    const { error, sent } = await failureOf((socket) => {
      const chunk = Buffer.alloc(65_536, 0x20);
      socket.write(httpAnswer(201, "", { "content-length": "10000000" }));
      const more = (): void => {
        while (taken < 10_000_000 && !socket.destroyed) {
          taken += chunk.length;
          if (!socket.write(chunk)) {
            socket.once("drain", more);
            return;
          }
        }
      };
      more();
    });
    expect(error.code).toBe("internal");
    expect(error.message).toContain("answered with more than the limit of 4194304 bytes");
    expect(sent).toBe(1);
  });

  test("a body for a method that returns nothing", async () => {
    await using server = await rawServer((socket) =>
      socket.write(httpAnswer(200, "<html>Sign in</html>", { "content-type": "text/html" })),
    );
    await using things = createClient(ThingService, { url: server.url });
    const error = await errorOf(things.deleteThing({ thingId: "a" }));
    expect(error.code).toBe("internal");
    expect(error.message).toContain("where the contract has no body");
  });

  test("answers nested as deep as the limit allows", async () => {
    const deep = `{"seen":${"[".repeat(500_000)}${"]".repeat(500_000)}}`;
    await using server = await rawServer((socket) => socket.write(httpAnswer(200, deep)));
    await using things = createClient(ThingService, { url: server.url });
    const error = await errorOf(things.searchThings({}));
    expect(error.code).toBe("internal");
    expect(error.message).toContain("does not fit the contract");
  });
});

describe("what hangs ends at the deadline", () => {
  const hanging: readonly [string, (socket: Socket) => void][] = [
    ["hung headers", () => {}],
    ["hung in the middle of the headers", (socket) => socket.write("HTTP/1.1 201 Crea")],
    [
      "hung body",
      (socket) => socket.write(httpAnswer(201, '{"thing', { "content-length": "900" })),
    ],
  ];

  test.each(hanging)(
    "%s: deadline_exceeded, and the connection is closed",
    async (_name, answer) => {
      await using server = await rawServer(answer);
      await using things = createClient(ThingService, { url: server.url });
      const error = await errorOf(things.createThing({ name: "lamp" }, { timeout: 1_000 }));
      expect(error.code).toBe("deadline_exceeded");
      await server.closed;
      expect(server.requests).toHaveLength(1);
    },
  );

  test("by the timeout of the client, if the caller has none", async () => {
    await using server = await rawServer(() => {});
    await using things = createClient(ThingService, { url: server.url, timeout: 100 });
    const error = await errorOf(things.createThing({ name: "lamp" }));
    expect(error.code).toBe("deadline_exceeded");
  });

  test("a callback for headers that never comes back", async () => {
    await using server = await rawServer(() => {});
    const headers = () => new Promise<never>(() => {});
    await using things = createClient(ThingService, { url: server.url, headers, timeout: 100 });
    const error = await errorOf(things.createThing({ name: "lamp" }));
    expect(error.code).toBe("deadline_exceeded");
    expect(server.requests).toHaveLength(0);
  });

  test("a call that waits for a connection", async () => {
    await using server = await rawServer(() => {});
    await using things = createClient(ThingService, { url: server.url, connections: 1 });
    const first = errorOf(things.createThing({ name: "one" }, { timeout: 4_000 }));
    const second = await errorOf(things.createThing({ name: "two" }, { timeout: 1_000 }));
    expect(second.code).toBe("deadline_exceeded");
    expect(server.requests).toHaveLength(1);
    expect((await first).code).toBe("deadline_exceeded");
    expect(server.requests).toHaveLength(1);
  });
});

describe("an answer of a proxy", () => {
  test.each([
    [401, "unauthenticated"],
    [403, "permission_denied"],
    [404, "unimplemented"],
    [429, "resource_exhausted"],
    [502, "unavailable"],
    [503, "unavailable"],
    [504, "unavailable"],
  ])("%i: %s, and no word of the answer in the message", async (status, code) => {
    const { error, sent } = await failureOf((socket) =>
      socket.write(httpAnswer(status, "<h1>squid/3.5</h1>", { "content-type": "text/html" })),
    );
    expect(error.code).toBe(code);
    expect(error.message).not.toContain("squid");
    expect(sent).toBe(1);
  });
});

test("a problem document of a service is rebuilt field by field, and no further", async () => {
  const problem = {
    type: "urn:plinth:error:invalid_argument",
    title: "Invalid argument",
    status: 400,
    detail: "No good.",
    code: "invalid_argument",
    requestId: "request-9",
    errors: [{ path: "name", message: "Taken", code: "custom" }],
    details: { hint: "another", password: "hunter2" },
    retryAfter: "soon",
    cause: "of theirs",
  };
  const { error } = await failureOf((socket) =>
    socket.write(
      httpAnswer(400, JSON.stringify(problem), { "content-type": "application/problem+json" }),
    ),
  );
  expect(error).toMatchObject({ message: "No good.", requestId: "request-9" });
  expect(error.details).toEqual({
    errors: [{ path: "name", message: "Taken", code: "custom" }],
    hint: "another",
    password: "[secret]",
  });
  expect(error.retryAfter).toBeUndefined();
});

test("an error with a thousand fields arrives, bounded", async () => {
  const errors = Array.from({ length: 1_000 }, (_none, index) => ({
    path: `field${index}`,
    message: "x".repeat(1_000),
    code: "custom",
  }));
  const problem = JSON.stringify({ code: "invalid_argument", detail: "x".repeat(100_000), errors });
  const { error } = await failureOf((socket) =>
    socket.write(httpAnswer(400, problem, { "content-type": "application/problem+json" })),
  );
  expect(error.code).toBe("invalid_argument");
  expect(error.message.length).toBeLessThan(3_000);
  expect(JSON.stringify(error.details).length).toBeLessThan(40_000);
});

test.each([
  ["a switch of protocols", "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n"],
  ["the start of an interim response and no more", "HTTP/1.1 10"],
  ["an interim response without an end", `HTTP/1.1 100 Continue\r\n${"x-a: 1\r\n".repeat(4_000)}`],
])("%s is a failure", async (_name, text) => {
  const { error, sent } = await failureOf((socket) => socket.end(text));
  expect(["unavailable", "internal"]).toContain(error.code);
  expect(sent).toBe(1);
});
