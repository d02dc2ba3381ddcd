import fs, { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { BaseConfig, integer, json, loadConfig, secret } from "@plinth/config";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as z from "zod";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plinth-config-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  rmSync(folder, { recursive: true });
});

/** How often each file of the folder is read, by its name. */
function countReads(): Map<string, number> {
  const counts = new Map<string, number>();
  const read = fs.readFileSync;
  vi.spyOn(fs, "readFileSync").mockImplementation(((path: string, ...rest: never[]) => {
    const name = basename(path);
    if (path.startsWith(folder)) counts.set(name, (counts.get(name) ?? 0) + 1);
    return read(path, ...rest);
  }) as typeof read);
  syncBuiltinESMExports();
  return counts;
}

class LocalConfig extends BaseConfig.extend({ table: z.string().default("local") }) {}
class AwsConfig extends LocalConfig.extend({
  cloud: z.literal("aws").default("aws"),
  size: integer(),
}) {}
const variants = { local: LocalConfig, aws: AwsConfig };

test("a load opens each source once, however many classes are read from it", async () => {
  mkdirSync(join(folder, "secrets"));
  writeFileSync(join(folder, ".env"), "CLOUD=aws\nENVIRONMENT=staging\n");
  writeFileSync(join(folder, ".env.staging"), "SIZE=3\n");
  writeFileSync(join(folder, "secrets", "TABLE"), "from the folder\n");
  const listed = vi.fn<() => void>();
  const variables = new Proxy<Record<string, string>>(
    {},
    {
      ownKeys: () => {
        listed();
        return [];
      },
    },
  );
  const counts = countReads();
  const secretsFolder = join(folder, "secrets");
  const config = await loadConfig(variants, { variables, envFolder: folder, secretsFolder });
  expect(config).toMatchObject({ cloud: "aws", size: 3, table: "from the folder" });
  const files = [".env", ".env.local", ".env.staging", ".env.staging.local", "TABLE", "PORT"];
  expect(files.map((file) => [file, counts.get(file)])).toEqual(files.map((file) => [file, 1]));
  expect([...counts].filter(([, count]) => count > 1)).toEqual([]);
  expect(listed).toHaveBeenCalledTimes(1);
});

test("a variant with another default environment reads its own files, and the others once", async () => {
  class ProductionConfig extends AwsConfig.extend({
    environment: z.string().default("production"),
  }) {}
  writeFileSync(join(folder, ".env"), "CLOUD=aws\n");
  writeFileSync(join(folder, ".env.production"), "SIZE=4\n");
  const counts = countReads();
  const config = await loadConfig(
    { local: LocalConfig, aws: ProductionConfig },
    { variables: {}, envFolder: folder },
  );
  expect(config).toMatchObject({ environment: "production", size: 4 });
  expect([...counts.values()]).toEqual([...counts].map(() => 1));
});

test("fields are derived when their class is declared, once, and walked when they are first used", async () => {
  let made = 0;
  const inner = z.lazy(() => {
    made += 1;
    return z.object({ user: z.string(), password: secret() });
  });
  const fields = {
    one: z.string().default("1"),
    two: integer().default(2),
    three: secret().optional(),
    four: json(inner).optional(),
    five: z.enum(["a", "b"]).default("a"),
    six: z.string().min(1).optional(),
  };
  const asked = Object.values(fields).map((schema) => vi.spyOn(schema, "meta"));
  const total = (): number => asked.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  class CountedConfig extends BaseConfig.extend(fields) {}
  const once = total();
  // Its variable and its description.
  expect(once).toBe(2 * asked.length);
  expect(made).toBe(0);

  class SubConfig extends CountedConfig.extend({ seven: z.string().optional() }) {}
  const variables = { THREE: "open sesame", TWO: "3" };
  for (const config of [
    await CountedConfig.load({ variables }),
    await loadConfig({ local: SubConfig }, { variables }),
    new SubConfig({ three: "open sesame" }),
  ]) {
    expect(String(config.explain()) + JSON.stringify(config)).not.toContain("sesame");
  }
  expect(total()).toBe(once);
  expect(made).toBe(1);
});

test("a lazy schema can refer to a constant below the class", async () => {
  class TreeConfig extends BaseConfig.extend({ tree: json(z.lazy(() => tree)) }) {}
  const tree: z.ZodType = z.object({ user: z.string(), part: secret(z.string().min(30)) });
  const variables = { TREE: '{"user":"u","part":"Qx71"}' };
  const error: unknown = await TreeConfig.load({ variables }).catch((reason: unknown) => reason);
  expect(String(error)).toContain("TREE=[secret]");
});

test("a class with private members of its own is made by its constructor when it is loaded", async () => {
  class OwnConfig extends BaseConfig.extend({ hosts: z.string().default("a b") }) {
    #parsed: readonly string[] | undefined;
    get hostList(): readonly string[] {
      return (this.#parsed ??= this.hosts.split(" "));
    }
  }
  const config = await OwnConfig.load({ variables: { HOSTS: "c d" } });
  expect(config.hostList).toEqual(["c", "d"]);
});

test("a class of another copy of the package is refused, not filled with its defaults", async () => {
  class Foreign {
    static readonly fields = BaseConfig.fields;
    static readonly rules = [];
    explain = (): never => {
      throw new Error("not called");
    };
    toJSON = (): Record<string, unknown> => ({});
  }
  await expect(loadConfig({ local: Foreign }, { variables: {} })).rejects.toThrow(
    "Foreign belongs to another copy of @plinth/config: install one.",
  );
});
