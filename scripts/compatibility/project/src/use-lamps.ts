import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Binding, NotFoundError } from "@plinth/core";
import { createClient, HttpServer } from "@plinth/http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { claims, hasPage, lampApp } from "./lamp-app.ts";
import { type Lamp, LampService } from "./lamps.ts";

/**
 * Starts the app, calls it over HTTP as strangers and as our client do, and stops it.
 *
 * @param bindLamps binds the implementation that is tried
 */
export async function useLamps(bindLamps: Binding): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "ES256" }] };
  const issuer = createServer((_, response) => response.end(JSON.stringify(keys)));
  await new Promise<void>((resolve) => void issuer.listen(0, "127.0.0.1", resolve));
  const { port } = issuer.address() as AddressInfo;
  const token = await new SignJWT({ scope: "lamps:write" })
    .setProtectedHeader({ alg: "ES256", kid: "one" })
    .setIssuer(claims.issuer)
    .setAudience(claims.audience)
    .setSubject("ada")
    .setExpirationTime("5m")
    .sign(privateKey);

  const app = lampApp(bindLamps, `http://127.0.0.1:${port}/jwks.json`);
  await app.start();
  try {
    await callAsStranger(app.get(HttpServer).url, token);
    await callAsClient(app.get(HttpServer).url);
  } finally {
    await app.stop();
    issuer.close();
  }
  // Only with the polyfill is there anything for the container to read.
  assert.equal(typeof Reflect.get(Reflect, "getMetadata"), "function");
  process.stdout.write("answered\n");
}

const desk: Lamp = { lampId: "desk", room: "study", watts: 7 };

async function callAsStranger(url: string, token: string): Promise<void> {
  const post = { method: "POST", body: JSON.stringify(desk) };
  const json = { "content-type": "application/json" };
  const refused = await fetch(`${url}/lamps`, { ...post, headers: json });
  assert.equal(refused.status, 401);
  const headers = { ...json, authorization: `Bearer ${token}` };
  const created = await fetch(`${url}/lamps`, { ...post, headers });
  assert.equal(created.status, 201, await created.clone().text());
  assert.deepEqual(await created.json(), desk);
  const invalid = await fetch(`${url}/lamps`, {
    method: "POST",
    body: '{"watts":"seven"}',
    headers,
  });
  assert.equal(invalid.status, 400);
  assert.equal(invalid.headers.get("content-type")?.split(";")[0], "application/problem+json");
  const page = await fetch(`${url}/docs/`);
  assert.equal(page.status, hasPage ? 200 : 404, await page.text());
  const document = await fetch(`${url}/openapi.json`);
  assert.notEqual(document.headers.get("content-encoding"), null);
  assert.match(await document.text(), /"\/lamps\/\{lampId\}"/);
}

async function callAsClient(url: string): Promise<void> {
  const lamps = createClient(LampService, { url });
  assert.deepEqual(await lamps.getLamp({ lampId: "desk" }), desk);
  assert.deepEqual(await lamps.listLamps({ room: "study" }), { lamps: [desk] });
  await assert.rejects(
    lamps.getLamp({ lampId: "none" }),
    (error) => error instanceof NotFoundError,
  );
  // Node 22 does not know "await using" where it strips types.
  await lamps[Symbol.asyncDispose]();
}
