import { readFile } from "node:fs/promises";
import { type Binding, createApp, type ServiceError } from "@plinth/core";
import { ApiKeyAuthorizer, Authorizer, bindLoopback } from "@plinth/http";
import { type CallWay, describeBothWays, fakeLogger } from "@plinth/testing";
import { expect, test } from "vitest";
import { bindings, EchoService } from "./both-ways-service.ts";

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "success";
  } catch (error) {
    return (error as ServiceError).code;
  }
}

async function failure(echo: EchoService): Promise<ServiceError> {
  try {
    await echo.fail({ code: "not_found", message: "No." });
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error("The call succeeded.");
}

class Inherited {
  get text(): string {
    return "from the prototype";
  }
}

interface Difference {
  /** As the documentation has it. */
  readonly name: string;
  readonly observe: (echo: EchoService, way: CallWay) => Promise<unknown>;
  readonly inProcess: unknown;
  readonly overHttp: unknown;
}

/** The code of a call without a principal, in an app of its own that has an authorizer. */
async function codeWithoutPrincipal(way: CallWay): Promise<string> {
  const closed: readonly Binding[] = [
    ...bindings,
    (binder) => binder.bind(Authorizer).toValue(new ApiKeyAuthorizer(async () => undefined)),
  ];
  const app = createApp({
    name: "echo",
    bindings: way === "in process" ? closed : [bindLoopback(closed)],
    logger: fakeLogger(),
  });
  await app.start();
  try {
    return await codeOf(app.get(EchoService).echo({ value: 1 }));
  } finally {
    await app.stop();
  }
}

const differences: readonly Difference[] = [
  {
    name: "A call in process needs no principal and no scopes, unless `bindAuthorized` checks it.",
    observe: (_echo, way) => codeWithoutPrincipal(way),
    inProcess: "success",
    overHttp: "unauthenticated",
  },
  {
    name: "An optional field given as `undefined` is a key in process, and absent over HTTP.",
    observe: async (echo) => (await echo.optional({ text: undefined })).keys,
    inProcess: ["text"],
    overHttp: [],
  },
  {
    name: "The number -0 arrives as 0.",
    observe: async (echo) => Object.is((await echo.same({ number: -0 })).number, -0),
    inProcess: true,
    overHttp: false,
  },
  {
    name: "A property that an object inherits is not sent.",
    observe: (echo) => codeOf(echo.lie(new Inherited())),
    inProcess: "internal",
    overHttp: "invalid_argument",
  },
  {
    name: "A path parameter that is empty, `.` or `..` is refused.",
    observe: async (echo) => [
      await codeOf(echo.ask({ text: "" })),
      await codeOf(echo.ask({ text: ".." })),
    ],
    inProcess: ["success", "success"],
    overHttp: ["invalid_argument", "invalid_argument"],
  },
  {
    name: "Half a surrogate pair in a path or query is refused.",
    observe: (echo) => codeOf(echo.ask({ text: "\ud800" })),
    inProcess: "success",
    overHttp: "invalid_argument",
  },
  {
    name: "An empty list in a query is refused.",
    observe: (echo) => codeOf(echo.ask({ text: "a", list: [] })),
    inProcess: "success",
    overHttp: "invalid_argument",
  },
  {
    name: "`null` in a query or header is refused.",
    observe: async (echo) => [
      await codeOf(echo.ask({ text: "a", nullable: null })),
      await codeOf(echo.tell({ text: null })),
    ],
    inProcess: ["success", "success"],
    overHttp: ["invalid_argument", "invalid_argument"],
  },
  {
    name: "A number or boolean in a path, query or header is refused where the field accepts text as well.",
    observe: async (echo) => [
      await codeOf(echo.ask({ text: "a", either: 1 })),
      await codeOf(echo.tell({ either: 1 })),
    ],
    inProcess: ["success", "success"],
    overHttp: ["invalid_argument", "invalid_argument"],
  },
  {
    name: "Text in a header is refused unless it is ASCII without spaces around it.",
    observe: async (echo) => [
      await codeOf(echo.tell({ text: "ä" })),
      await codeOf(echo.tell({ text: "a " })),
    ],
    inProcess: ["success", "success"],
    overHttp: ["invalid_argument", "invalid_argument"],
  },
  {
    name: "An input over the server's `bodyLimit` is refused.",
    observe: (echo) => codeOf(echo.echo({ value: "x".repeat(1_100_000) })),
    inProcess: "success",
    overHttp: "invalid_argument",
  },
  {
    name: "A call without a deadline gets the client's `timeout`.",
    observe: async (echo) => (await echo.whoAmI({})).hasDeadline,
    inProcess: false,
    overHttp: true,
  },
  {
    name: "What is bound in request scope is shared with the caller in process, and made again over HTTP.",
    observe: async (echo) => (await echo.sharesVisit({})).sharesVisit,
    inProcess: true,
    overHttp: false,
  },
  {
    name: "An error has the `requestId` under which the other side logged it.",
    observe: async (echo) => typeof (await failure(echo)).requestId,
    inProcess: "undefined",
    overHttp: "string",
  },
  {
    name: "The `cause` of an error is what was thrown in process, and a `RemoteError` over HTTP.",
    observe: async (echo) => ((await failure(echo)).cause as Error).name,
    inProcess: "NotFoundError",
    overHttp: "RemoteError",
  },
];

describeBothWays(EchoService, { bindings }, (echo, way: CallWay) => {
  test.each(differences)("$name", async ({ observe, inProcess, overHttp }) => {
    expect(inProcess).not.toEqual(overHttp);
    expect(await observe(echo, way)).toEqual(way === "in process" ? inProcess : overHttp);
  });
});

test("the documentation lists these differences and no others", async () => {
  const readme = await readFile(new URL("../../http/README.md", import.meta.url), "utf8");
  const [, section = ""] = readme.split("## Where a call over HTTP differs\n");
  const [own = ""] = section.split("\n## ");
  const listed = own
    .replaceAll(/\n {2,}/g, " ")
    .split("\n")
    .filter((line) => line.startsWith("- "))
    .map((line) => line.slice(2));
  expect(listed).toEqual(differences.map(({ name }) => name));
});
