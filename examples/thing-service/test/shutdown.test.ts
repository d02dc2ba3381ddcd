import { test } from "@plinth/testing";
import { expect, vi } from "vitest";
import { local } from "./support/clouds.ts";
import { send } from "./support/raw-request.ts";
import { addressOf, launchThingService, patience } from "./support/start-thing-service.ts";

test(
  "SIGTERM lets 20 requests in flight finish, and turns /ready red meanwhile",
  { timeout: patience },
  async () => {
    await using service = await launchThingService(local(), "test/support/held-service.ts");
    const address = await addressOf(service);
    const ready = () => send(address, { method: "GET", path: "/ready" });
    expect(await ready()).toMatchObject({ status: 200 });

    const requests = Array.from({ length: 20 }, (_, index) =>
      send(address, { method: "GET", path: `/things/thing_${index}` }),
    );
    await service.waitForOutput(/held 20/, patience);
    service.kill("SIGTERM");
    const draining = { status: 503, body: { state: "draining" } };
    await vi.waitFor(async () => expect(await ready()).toMatchObject(draining), patience);
    // It goes on answering while requests are held: a probe must not meet a closed port.
    expect(await ready()).toMatchObject(draining);
    service.kill("SIGUSR2");

    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(statuses).toEqual(requests.map(() => 200));
    expect(await service.exit).toEqual({ code: 0, signal: null });
  },
);
