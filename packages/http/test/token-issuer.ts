import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWTPayload } from "jose";

/** An issuer of tokens with its key set, served by itself. */
export interface Issuer extends AsyncDisposable {
  readonly name: string;
  readonly jwksUrl: string;
  /** How often the keys were fetched. */
  readonly fetches: () => number;
  /** Publishes a further key, and signs with it from now on. */
  readonly rotate: () => Promise<void>;
  /** What the key set is answered with instead; `undefined` for the keys. */
  answer: { readonly status: number; readonly body: string } | "reset" | "silence" | undefined;
  /** A good token, apart from what is said. */
  readonly token: (changes?: TokenChanges) => Promise<string>;
  /** The public key as text: what an attacker has. */
  readonly publicKey: () => Promise<string>;
}

export interface TokenChanges {
  readonly claims?: JWTPayload;
  /** Claims to leave out. */
  readonly without?: readonly string[];
  readonly keyId?: string;
  /** The `typ` of the header. Default: none. */
  readonly type?: string;
}

export const audience = "https://things.test";

export async function startIssuer(): Promise<Issuer> {
  const name = "https://issuer.test";
  const keys: { kid: string; pair: Awaited<ReturnType<typeof generateKeyPair>> }[] = [];
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches += 1;
    const send = async (): Promise<void> => {
      const jwks = await Promise.all(
        keys.map(async ({ kid, pair }) => ({ ...(await exportJWK(pair.publicKey)), kid })),
      );
      if (issuer.answer === "silence") return;
      if (issuer.answer === "reset") {
        response.destroy();
        return;
      }
      response.writeHead(issuer.answer?.status ?? 200, { "content-type": "application/json" });
      response.end(issuer.answer?.body ?? JSON.stringify({ keys: jwks }));
    };
    void send();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const rotate = async (): Promise<void> => {
    keys.push({ kid: `key-${keys.length}`, pair: await generateKeyPair("ES256") });
  };
  const last = () => keys.at(-1)!;
  const issuer: Issuer = {
    name,
    jwksUrl: `http://127.0.0.1:${port}/jwks`,
    answer: undefined,
    fetches: () => fetches,
    rotate,
    publicKey: () => exportSPKI(last().pair.publicKey),
    token: ({ claims = {}, without = [], keyId = last().kid, type } = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      const all = { iss: name, aud: audience, sub: "ada", exp: now + 600, iat: now, ...claims };
      const kept = Object.entries(all).filter(([claim]) => !without.includes(claim));
      return new SignJWT(Object.fromEntries(kept))
        .setProtectedHeader({
          alg: "ES256",
          kid: keyId,
          ...(type === undefined ? {} : { typ: type }),
        })
        .sign(last().pair.privateKey);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await Promise.resolve();
    },
  };
  await rotate();
  return issuer;
}
