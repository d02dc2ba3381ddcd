import { describeWithEngine } from "@plinth/testing";
import { afterAll, beforeAll } from "vitest";
import { CuttingProxy } from "../../data/test/support/cutting-proxy.ts";
import { describeMessagingConformance } from "../src/conformance/index.ts";
import { rabbitMqSpace } from "./support/rabbitmq-space.ts";

describeWithEngine("rabbitmq", "RabbitMQ", (url) => {
  const space = rabbitMqSpace(url);
  let proxy: CuttingProxy;

  beforeAll(async () => {
    const { hostname, port } = new URL(url);
    proxy = await CuttingProxy.start(hostname, Number(port));
  });
  afterAll(async () => {
    await space[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  }, 120_000);

  describeMessagingConformance({
    name: "RabbitMQ",
    createDriver: () => {
      const through = new URL(url);
      through.host = proxy.address;
      return space.driver({ url: through.href });
    },
    interrupt: () => proxy.cut("all"),
  });
});
