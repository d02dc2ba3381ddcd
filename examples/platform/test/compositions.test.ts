import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** A composition root, taken apart. */
interface Composition {
  /** The modules that it imports, seen from `src`. */
  readonly modules: readonly string[];
  readonly bindings: readonly string[];
  /** All other lines. */
  readonly rest: string;
}

function read(path: string): Composition {
  const text = readFileSync(new URL(`../src/${path}`, import.meta.url), "utf8");
  const [, imports = "", comment = "", start = "", list = "", end = ""] =
    /^((?:import [^;]+;\n)+)\n(\/\*\*.*\*\/\n)(.*= \[\n)((?: {2}.*\n)+)(\];\n)$/.exec(text) ?? [];
  expect(comment, `${path} is a composition root`).not.toBe("");
  return {
    modules: Array.from(imports.matchAll(/from "(?:\.\.?\/)?([^"]+)"/g), ([, name = ""]) => name),
    // An argument that is broken over lines is further in than the binding it belongs to.
    bindings: list
      .split(/,\n(?! {3,}|\s*\))/)
      .map((binding) => binding.replaceAll(/\s+/g, " ").trim())
      .filter(Boolean),
    rest: start + end,
  };
}

const monolith = read("monolith.ts");
const paths = [
  "split/things.ts",
  "split/users-accounts.ts",
  "split/api-keys.ts",
  "split/notifications.ts",
];

test.each(paths)("%s differs from the monolith in its bindings alone", (path) => {
  const part = read(path);
  expect(part.rest).toBe(monolith.rest);
  const added = part.bindings.filter((binding) => !monolith.bindings.includes(binding));
  expect(added).not.toEqual([]);
  for (const binding of added)
    expect(binding).toMatch(/^(?:bindRemote\(|bindHttp\(\{ serve: \[\w+\],)/);
  const contracts = part.modules.filter((name) => !monolith.modules.includes(name));
  expect(contracts.filter((name) => !name.endsWith("/api"))).toEqual([]);
});

test.each([
  ["split/things.ts", "thing-service"],
  ["split/users-accounts.ts", "users-accounts"],
  ["split/api-keys.ts", "api-keys"],
  ["split/notifications.ts", "notifications"],
])("%s loads the implementation of its own service alone", (path, own) => {
  const services = /^(?:thing-service|users-accounts|api-keys|notifications)$/;
  expect(read(path).modules.filter((name) => services.test(name))).toEqual([own]);
});

test("the parts together have everything that the monolith has", () => {
  const bindings = new Set(paths.flatMap((path) => read(path).bindings));
  const missing = monolith.bindings.filter((binding) => !bindings.has(binding));
  expect(missing).toEqual([expect.stringMatching(/^bindHttp\(/)]);
});

test("to take users and accounts out of the process of API keys, one line is replaced", () => {
  const { bindings } = read("split/api-keys.ts");
  const own = (binding: string) =>
    !/Thing|Notifications|EventBus|Outbox|Inbox|bindHttp/.test(binding);
  const diff = [
    ...monolith.bindings
      .filter((binding) => own(binding) && !bindings.includes(binding))
      .map((binding) => `- ${binding}`),
    ...bindings
      .filter((binding) => own(binding) && !monolith.bindings.includes(binding))
      .map((binding) => `+ ${binding}`),
  ];
  expect(diff).toEqual([
    "- bindUsersAccounts",
    expect.stringMatching(/^\+ bindRemote\(UsersAccountsService, .*usersAccountsUrl/),
  ]);
});
