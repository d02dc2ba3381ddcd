import { parse } from "dotenv";
import * as z from "zod";
import { expect, test } from "vitest";
import {
  awsFields,
  BaseConfig,
  configReference,
  duration,
  envExample,
  list,
  secret,
  Secret,
  url,
} from "@plinth/config";

class MailConfig extends BaseConfig.extend({
  smtpUrl: url({ protocols: ["smtp"] }).describe("Where mail is handed over."),
  smtpPassword: secret().describe("Password of the mail server."),
  devPassword: secret().default(new Secret("never shown")),
  retryAfter: duration().default(30_000).describe("Wait before a retry, a | b."),
  senders: list().default(["a@x.example", "b@x.example"]),
  motto: z.string().default("a # b"),
}) {}

const load = (): Promise<MailConfig> =>
  MailConfig.load({
    variables: { SMTP_URL: "smtp://me:hunter2x@mail/", SMTP_PASSWORD: "correct horse", PROT: "1" },
  });

test("explain() is a table for people", async () => {
  const table = String((await load()).explain());
  const rows = table.split("\n").map((row) => row.split(/ {2,}/));
  expect(rows[0]).toStrictEqual(["FIELD", "VARIABLE", "VALUE", "SOURCE", "DESCRIPTION"]);
  expect(rows).toContainEqual([
    "smtpUrl",
    "SMTP_URL",
    "smtp://[secret]@mail/",
    "process environment",
    "Where mail is handed over.",
  ]);
  expect(table).toContain("(is PROT meant for it?)");
  expect(table).not.toMatch(/hunter2x|correct horse|never shown/);
});

test("explain() is data for machines", async () => {
  const data: unknown = JSON.parse(JSON.stringify((await load()).explain()));
  expect(data).toMatchObject({ config: "MailConfig" });
  const { fields } = data as { fields: unknown[] };
  expect(fields).toContainEqual({
    field: "smtpPassword",
    variable: "SMTP_PASSWORD",
    value: "[secret]",
    source: { kind: "process environment" },
    description: "Password of the mail server.",
  });
  expect(fields).toContainEqual({
    field: "retryAfter",
    variable: "RETRY_AFTER",
    value: 30_000,
    source: { kind: "default" },
    description: "Wait before a retry, a | b.",
  });
});

test("envExample lists every variable once; commented lines show usable defaults", async () => {
  class Second extends MailConfig.extend(awsFields) {}
  const text = envExample(MailConfig, Second);
  expect(text.match(/^(# )?SMTP_URL=/gm)).toHaveLength(1);
  expect(text).toContain("# Where mail is handed over.");
  expect(text).toContain("\nSMTP_PASSWORD=\n");
  expect(text).toContain("\n# DEV_PASSWORD=\n");
  expect(text).toContain("\nAWS_REGION=\n");
  expect(text).not.toContain("never shown");
  const uncommented = text.replaceAll(/^# (?=[A-Z_]+=)/gm, "");
  const variables = { ...parse(uncommented), SMTP_URL: "smtp://x", SMTP_PASSWORD: "p" };
  const config = await MailConfig.load({ variables });
  expect(config.motto).toBe("a # b");
  expect(config.senders).toStrictEqual(["a@x.example", "b@x.example"]);
  expect(config.retryAfter).toBe(30_000);
});

test("configReference is one Markdown table per class, without the fields of its base class", () => {
  class Second extends MailConfig.extend(awsFields) {}
  const text = configReference(BaseConfig, MailConfig, Second);
  expect(text).toContain("## MailConfig\n\nEvery variable of `BaseConfig`, and:");
  expect(text).toContain(
    String.raw`| ${"`RETRY_AFTER`"} | ${"`retryAfter`"} | a duration with its unit, such as "1500ms", "30s", "5m", "1h" or "2d" | ${"`30s`"} | Wait before a retry, a \| b. |`,
  );
  expect(text.match(/`PORT`/g)).toHaveLength(1);
  expect(text).toContain(
    '| `AWS_REGION` | `awsRegion` | an AWS region such as "eu-central-1" | **required** |',
  );
  expect(text).not.toContain("never shown");
});
