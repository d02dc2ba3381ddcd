import { fakeClock } from "@plinth/testing";
import { describe, expect, test } from "vitest";
import { setUp } from "./jwt-setup.ts";

describe("the issuer's keys", () => {
  test("rotate: an unknown key id fetches them again", async () => {
    await using setup = await setUp({ cooldown: 0 });
    const { issuer, call } = setup;
    expect((await call(await issuer.token())).status).toBe(200);
    await issuer.rotate();
    expect((await call(await issuer.token())).status).toBe(200);
    expect(issuer.fetches()).toBe(2);
  });

  test("are not fetched again while the last fetch is fresh, for any token of a stranger", async () => {
    await using setup = await setUp({ cooldown: 600_000 });
    const { issuer, call } = setup;
    expect((await call(await issuer.token())).status).toBe(200);
    await issuer.rotate();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await call(await issuer.token())).status).toBe(401);
    }
    expect(issuer.fetches()).toBe(1);
  });

  test("are not fetched for a token of another issuer", async () => {
    await using setup = await setUp();
    await setup.call(await setup.issuer.token({ claims: { iss: "https://evil.test" } }));
    expect(setup.issuer.fetches()).toBe(0);
  });

  test("unreachable: 503", async () => {
    await using setup = await setUp({ jwksUrl: "http://127.0.0.1:1/jwks" });
    expect((await setup.call(await setup.issuer.token())).status).toBe(503);
    expect(setup.guarded.calls).toEqual([]);
  });

  describe.each([
    ["an error", { status: 500, body: "" }],
    ["HTML", { status: 200, body: "<html>" }],
    ["something else in JSON", { status: 200, body: '{"keys":1}' }],
    ["a redirect", { status: 302, body: "" }],
    ["a reset connection", "reset"],
  ] as const)("while the issuer answers with %s", (_name, broken) => {
    test("503, with few fetches, and recovers soon", async () => {
      const clock = fakeClock(Date.now());
      await using setup = await setUp({ clock });
      const { issuer, call, guarded } = setup;
      issuer.answer = broken;
      for (let attempt = 0; attempt < 20; attempt += 1) {
        // Signed as well as not, and each time by another key.
        const token = await issuer.token({ keyId: `key-${attempt}` });
        expect(await call(token)).toMatchObject({
          status: 503,
          challenge: null,
          body: { code: "unavailable" },
        });
      }
      expect(guarded.calls).toEqual([]);
      expect(issuer.fetches()).toBe(1);
      clock.advance(5_000);
      expect((await call(await issuer.token())).status).toBe(503);
      expect(issuer.fetches()).toBe(2);
      issuer.answer = undefined;
      clock.advance(5_000);
      expect((await call(await issuer.token())).status).toBe(200);
      expect(issuer.fetches()).toBe(3);
    });

    test("known keys are used for the grace, and no longer", async () => {
      const clock = fakeClock(Date.now());
      await using setup = await setUp({ clock, keysMaxAge: 60_000, keysGrace: 120_000 });
      const { issuer, call } = setup;
      const token = await issuer.token();
      const statuses = async (): Promise<number> => (await call(token)).status;
      expect(await statuses()).toBe(200);
      issuer.answer = broken;
      clock.advance(59_999);
      expect([await statuses(), issuer.fetches()]).toEqual([200, 1]);
      clock.advance(1);
      for (let attempt = 0; attempt < 10; attempt += 1) expect(await statuses()).toBe(200);
      expect(issuer.fetches()).toBe(2);
      // An unknown key may be a new one, which cannot be decided now.
      expect((await call(await issuer.token({ keyId: "key-9" }))).status).toBe(503);
      clock.advance(119_999);
      expect(await statuses()).toBe(200);
      clock.advance(1);
      await expect.poll(statuses).toBe(503);
      issuer.answer = undefined;
      clock.advance(5_000);
      expect(await statuses()).toBe(200);
    });
  });

  test("in a known outage, no token waits for the issuer", async () => {
    const clock = fakeClock(Date.now());
    await using setup = await setUp({ clock, keysMaxAge: 60_000, timeout: 600_000 });
    const { issuer, call } = setup;
    const token = await issuer.token();
    expect((await call(token)).status).toBe(200);
    issuer.answer = { status: 500, body: "" };
    clock.advance(60_000);
    expect((await call(token)).status).toBe(200);
    issuer.answer = "silence";
    clock.advance(5_000);
    expect((await call(token)).status).toBe(200);
    expect(issuer.fetches()).toBe(3);
  });

  test("are fetched once for all concurrent tokens", async () => {
    await using setup = await setUp();
    const { issuer, call } = setup;
    const token = await issuer.token();
    const answers = await Promise.all(Array.from({ length: 10 }, () => call(token)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(issuer.fetches()).toBe(1);
  });
});
