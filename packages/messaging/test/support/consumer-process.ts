import { rabbitMq } from "../../src/rabbitmq/index.ts";
import { openDriver } from "./open-driver.ts";

/** Consumes a subscription, says what it was given, and never settles any of it. */
const [url = "", prefix = "", definition = ""] = process.argv.slice(2);
const { driver } = await openDriver(rabbitMq({ url, prefix }), "consumer-process");
await driver.subscribe(JSON.parse(definition), async ({ id, attempt }) => {
  process.stdout.write(`has ${id} ${attempt}\n`);
  return new Promise(() => undefined);
});
process.stdout.write("ready\n");
