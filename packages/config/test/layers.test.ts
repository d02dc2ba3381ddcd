import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BaseConfig, boolean, loadConfig, secret } from "@plinth/config";

class TableConfig extends BaseConfig.extend({
  tableName: z.string(),
  debug: boolean().default(false),
  apiKey: secret(z.string().min(16)).optional(),
}) {}

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plinth-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Uint8Array): void {
  writeFileSync(join(folder, name), text);
}

const names = [".env.staging.local", ".env.local", ".env.staging", ".env"];

test("layers win in the documented order", async () => {
  mkdirSync(join(folder, "secrets"));
  const secretsFolder = join(folder, "secrets");
  write("secrets/table_name", "from the folder\n");
  for (const name of names) write(name, `TABLE_NAME=${name}\n`);
  const load = async (variables: Record<string, string>): Promise<string> => {
    const options = { variables, envFolder: folder, secretsFolder };
    return (await TableConfig.load(options)).tableName;
  };
  const environment = { ENVIRONMENT: "staging" };
  expect(await load({ ...environment, TABLE_NAME: "process" })).toBe("process");
  for (const name of names) {
    expect(await load(environment)).toBe(name);
    rmSync(join(folder, name));
  }
  expect(await load(environment)).toBe("from the folder");
  rmSync(join(secretsFolder, "table_name"));
  await expect(load(environment)).rejects.toThrow("TABLE_NAME is missing");
});

test("an empty variable counts as missing, and the next layer is asked", async () => {
  write(".env", "TABLE_NAME=things\n");
  const options = { variables: { TABLE_NAME: "", PORT: "" }, envFolder: folder };
  const config = await TableConfig.load(options);
  expect(config.tableName).toBe("things");
  expect(config.port).toBe(3000);
});

test("ENVIRONMENT in .env chooses the files, and those files cannot change it", async () => {
  write(".env", "ENVIRONMENT=staging\n");
  write(".env.staging", "ENVIRONMENT=production\nTABLE_NAME=staged\n");
  const config = await TableConfig.load({ variables: {}, envFolder: folder });
  expect(config.environment).toBe("staging");
  expect(config.tableName).toBe("staged");
});

test("a fault in a file names the file and line, past quotes and comments", async () => {
  write(
    ".env",
    '# PORT=1\nTABLE_NAME="first\nPORT=2\nlast"\nDEBUG=true # PORT=3\nexport PORT=abc\n',
  );
  await expect(TableConfig.load({ variables: {}, envFolder: folder })).rejects.toThrow(
    'PORT="abc" (.env line 6): expected a port',
  );
});

test("three faults in one message, with the misspelling", async () => {
  const variables = { PORT: "abc", DEBUG: "maybe", TABEL_NAME: "x" };
  await expect(TableConfig.load({ variables })).rejects.toThrow(
    [
      "TableConfig has 3 faults:",
      '  PORT="abc" (process environment): expected a port, an integer from 0 to 65535.',
      "  TABLE_NAME is missing: expected text. TABEL_NAME is set: did you mean TABLE_NAME?",
      '  DEBUG="maybe" (process environment): expected true, false, 1 or 0.',
    ].join("\n"),
  );
});

test("a faulty secret is not in the message", async () => {
  const variables = { TABLE_NAME: "t", API_KEY: "hunter2hunter", PORT: "hunter2hunter" };
  const error = await TableConfig.load({ variables }).catch((reason: unknown) => reason);
  expect(String(error)).toContain(
    "API_KEY=[secret] (process environment): expected a secret, text of >=16 characters.",
  );
  expect(JSON.stringify(error) + String(error)).not.toContain("hunter2");
});

test("an unknown variable is not a fault, even one that looks like a misspelling", async () => {
  const variables = { TABLE_NAME: "t", TABEL_NAME: "x", PROT: "80", OTHER: "1" };
  const config = await TableConfig.load({ variables });
  expect(config.tableName).toBe("t");
  const port = config.explain().fields.find((field) => field.field === "port");
  expect(port).toMatchObject({ misspelled: "PROT", source: { kind: "default" } });
});

test("a long value is shortened", async () => {
  const variables = { TABLE_NAME: "t", PORT: "9".repeat(5000) };
  const error = await TableConfig.load({ variables }).catch((reason: unknown) => reason);
  expect(String(error)).toContain("… (5000 characters)");
  expect(String(error).length).toBeLessThan(300);
});

test("a variable with the prefix wins in any layer; the one without it is the fallback", async () => {
  write(".env", "THINGS_PORT=4000\n");
  const variables = { PORT: "3001", TABLE_NAME: "shared", LOG_LEVEL: "warn" };
  const config = await TableConfig.load({ variables, envFolder: folder, prefix: "THINGS_" });
  expect(config.port).toBe(4000);
  expect(config.tableName).toBe("shared");
  await expect(
    TableConfig.load({ variables: { THINGS_TABEL_NAME: "x" }, prefix: "THINGS_" }),
  ).rejects.toThrow(
    "THINGS_TABLE_NAME is missing: expected text. THINGS_TABEL_NAME is set: did you mean THINGS_TABLE_NAME?",
  );
});

test("explain() hints at a misspelled name with the prefix when the one without it is used", async () => {
  const variables = { THINGS_TABEL_NAME: "mine", TABLE_NAME: "shared" };
  const config = await TableConfig.load({ variables, prefix: "THINGS_" });
  expect(config.explain().fields.find((field) => field.field === "tableName")).toMatchObject({
    value: "shared",
    misspelled: "THINGS_TABEL_NAME",
  });
});

test("two services in one process have separate values", async () => {
  const variables = { THINGS_TABLE_NAME: "things", ORDERS_TABLE_NAME: "orders", PORT: "3001" };
  const things = await TableConfig.load({ variables, prefix: "THINGS_" });
  const orders = await TableConfig.load({ variables, prefix: "ORDERS_" });
  expect([things.tableName, orders.tableName]).toStrictEqual(["things", "orders"]);
});

test("a secrets folder that was named but is missing is a fault", async () => {
  const variables = { TABLE_NAME: "t", SECRETS_FOLDER: join(folder, "absent") };
  await expect(TableConfig.load({ variables })).rejects.toThrow(
    `${join(folder, "absent")} cannot be read: there is no such file.`,
  );
});

test("a value from the secrets folder is not shown, even without secret()", async () => {
  write("PORT", "swordfish-1234");
  write("TABLE_NAME", "t");
  const error = await TableConfig.load({ variables: {}, secretsFolder: folder }).catch(
    (reason: unknown) => reason,
  );
  expect(String(error)).toContain(`PORT=[secret] (secret file ${join(folder, "PORT")})`);
  expect(String(error)).not.toContain("swordfish");
});

const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

describe("text that is not UTF-8", () => {
  const text = "PORT=8081\r\nTABLE_NAME=té\r\n";
  test.each([
    ["UTF-8 with a mark", Buffer.from(`\ufeff${text}`)],
    ["UTF-16, little-endian", utf16(`\ufeff${text}`)],
    ["UTF-16, big-endian", utf16(`\ufeff${text}`).swap16()],
  ])("is decoded by its byte order mark: %s", async (_, bytes) => {
    write(".env", bytes);
    write("table-name", bytes);
    const config = await TableConfig.load({ variables: {}, envFolder: folder });
    expect(config).toMatchObject({ port: 8081, tableName: "té" });
    const variables = { PORT: "1" };
    const mounted = await TableConfig.load({ variables, secretsFolder: folder });
    expect(mounted.tableName).toBe(text.slice(0, -2));
  });

  test.each([
    ["UTF-16 without a mark", utf16(text)],
    ["UTF-16, big-endian, without a mark", utf16(text).swap16()],
    ["UTF-32", Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), utf16("P\0O\0")])],
    ["half a character", utf16(`\ufeff${text}`).subarray(0, -1)],
    ["Latin 1", Buffer.from(text, "latin1")],
  ])("is refused without a mark, and never counts as empty: %s", async (_, bytes) => {
    write(".env", bytes);
    await expect(TableConfig.load({ variables: {}, envFolder: folder })).rejects.toThrow(
      /\.env cannot be read: it is not UTF-8, or UTF-16 with a byte order mark/,
    );
    write("table-name", bytes);
    write("CLOUD", bytes);
    const options = { variables: {}, secretsFolder: folder };
    await expect(TableConfig.load(options)).rejects.toThrow(/table-name cannot be read: it is not/);
    await expect(loadConfig({ local: TableConfig }, options)).rejects.toThrow(
      /CLOUD cannot be read: it is not UTF-8/,
    );
    class KeyConfig extends BaseConfig.extend({ key: secret() }) {}
    const reference = { KEY: `file:${join(folder, "table-name")}` };
    await expect(KeyConfig.load({ variables: reference })).rejects.toThrow(/it is not UTF-8/);
  });
});

test("given variables are the only source", async () => {
  // The process environment of a test run has HOME or PATH at least, and may have PORT.
  const config = await TableConfig.load({ variables: { TABLE_NAME: "t" } });
  expect(config.explain().fields.map((field) => field.source.kind)).toStrictEqual([
    "default",
    "default",
    "default",
    "default",
    "default",
    "process environment",
    "default",
    "default",
  ]);
});
