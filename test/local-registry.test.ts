import { expect, test } from "vitest";
import { LocalRegistry } from "../scripts/registry/local-registry.ts";

/** What `npm publish` sends, as far as the registry looks at it. */
function publishing(name: string, version: string): RequestInit {
  return {
    method: "PUT",
    body: JSON.stringify({
      name,
      "dist-tags": { latest: version },
      versions: { [version]: { version, dist: { tarball: "http://elsewhere/a.tgz" } } },
      _attachments: { "a.tgz": { data: Buffer.from(`tarball ${version}`).toString("base64") } },
    }),
  };
}

test("gives back what was published, from its own address", async () => {
  await using registry = await LocalRegistry.start();
  const address = `${registry.url}@plinth%2fcore`;
  expect((await fetch(address, publishing("@plinth/core", "1.0.0"))).status).toBe(201);
  expect((await fetch(address, publishing("@plinth/core", "1.1.0"))).status).toBe(201);
  const packument = (await (await fetch(address)).json()) as {
    "dist-tags": object;
    versions: Record<string, { dist: { tarball: string } }>;
  };
  expect(packument["dist-tags"]).toEqual({ latest: "1.1.0" });
  const tarball = packument.versions["1.0.0"]?.dist.tarball ?? "";
  expect(tarball.startsWith(registry.url)).toBe(true);
  expect(await (await fetch(tarball)).text()).toBe("tarball 1.0.0");
  expect(registry.published()).toEqual([{ name: "@plinth/core", version: "1.1.0" }]);
});

test("keeps a version as it was, and knows nothing that was not published to it", async () => {
  await using registry = await LocalRegistry.start();
  const address = `${registry.url}@plinth%2fcore`;
  await fetch(address, publishing("@plinth/core", "1.0.0"));
  expect((await fetch(address, publishing("@plinth/core", "1.0.0"))).status).toBe(409);
  expect((await fetch(`${registry.url}zod`)).status).toBe(404);
});

test("tells npm to ask here for the scope, and for nothing else", async () => {
  await using registry = await LocalRegistry.start();
  const variables = registry.environment("@plinth");
  expect(variables).toMatchObject({ "npm_config_@plinth:registry": registry.url });
  expect(variables).not.toHaveProperty("npm_config_registry");
});
