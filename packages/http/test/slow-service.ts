import { setImmediate } from "node:timers/promises";
import { createApp, method, Service, type Binding } from "@plinth/core";
import { z } from "zod";
import { bindHttp, HttpServer } from "../src/index.ts";

/** A whole process for the test of its end: announces its URL, answers slowly, stops on SIGTERM. */
abstract class SlowService extends Service("slow", {
  wait: method({
    http: "GET /wait",
    public: true,
    input: z.object({}),
    output: z.object({ done: z.boolean() }),
  }),
  hello: method({
    http: "GET /hello",
    public: true,
    input: z.object({}),
    output: z.object({ hello: z.string() }),
  }),
}) {}

let begun = 0;
let release = (): void => {};
const released = new Promise<void>((resolve) => {
  release = resolve;
});
process.on("message", () => release());

const bindSlowService: Binding = (binder) =>
  binder.bind(SlowService).toValue({
    wait: async () => {
      begun += 1;
      process.send?.({ begun });
      await released;
      return { done: true };
    },
    hello: async () => {
      await setImmediate();
      return { hello: "you" };
    },
  });

const app = createApp({
  name: "slow-service",
  config: { host: "127.0.0.1", port: Number(process.env["PORT"] ?? 0), logLevel: "error" },
  bindings: [bindSlowService, bindHttp({ serve: [SlowService] })],
});
const running = app.run();
while (app.state === "created" || app.state === "starting") {
  await setImmediate();
}
if (app.state === "running") process.send?.({ url: app.get(HttpServer).url });
await running;
