import { randomBytes, randomInt } from "node:crypto";
import { Agent } from "node:http";
import { bindHttp } from "@plinth/http";
import { test } from "@plinth/testing";
import * as fc from "fast-check";
import { expect } from "vitest";
import { bindings } from "../src/monolith.ts";
import { PlatformConfig } from "../src/platform-config.ts";
import { apiKeys, notifications, things, usersAccounts } from "../src/served.ts";
import { type Document, operationsOf, ResponseJudge } from "./support/fuzz-document.ts";
import { type PlannedRequest, requestsFrom } from "./support/fuzz-requests.ts";
import { Seen } from "./support/fuzz-seen.ts";
import { filled, send } from "./support/fuzz-send.ts";

/** `npm run test:fuzz` sends 20,000. */
const count = Number(process.env["PLINTH_FUZZ_REQUESTS"] ?? 1_500);
const seed = Number(process.env["PLINTH_FUZZ_SEED"] ?? randomInt(2 ** 31));
const concurrency = 8;
/** How many faults are told: the first few say enough. */
const told = 20;

/** A request as a line of a report. */
function lineOf({ method, target, headers, body }: PlannedRequest, rootKey: string): string {
  const text = `${method} ${target} ${JSON.stringify(headers)} ${body ?? ""}`;
  const line = text.replaceAll(rootKey, "<root key>");
  return line.length > 400 ? `${line.slice(0, 400)}... (${line.length} characters)` : line;
}

test(
  "the answer to any request is one of the document's",
  { timeout: 60_000 + count * 30 },
  async ({ testApp, annotate }) => {
    const rootKey = randomBytes(32).toString("base64url");
    const openApi = { title: "Platform", version: "1.0.0" };
    const { url } = await testApp({
      config: new PlatformConfig({ rootKey, port: 0 }),
      // The last of the monolith's bindings serves without a document.
      bindings: [
        ...bindings.slice(0, -1),
        bindHttp({ serve: [things, usersAccounts, apiKeys, notifications], openApi }),
      ],
    });
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
    const operations = operationsOf(document);
    const judge = new ResponseJudge(document);
    const seen = new Seen();
    const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
    const faults: string[] = [];
    const statuses = new Map<number, number>();

    const ask = async (planned: PlannedRequest) => {
      const request = filled(planned, seen);
      const tell = (fault: string) => {
        faults.push(`${fault}: ${lineOf(request, rootKey)}`);
      };
      try {
        const answer = await send(url, request, agent);
        const { status, body, etag } = answer;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const isHurried = request.headers.some(([name]) => name === "x-request-timeout-ms");
        if (status >= 500 && !(status === 504 && isHurried)) tell(`${status} ${body}`);
        const fault = judge.faultOf(request.method, request.target, answer);
        if (fault !== undefined) tell(fault);
        else if (status < 300 && body !== "") seen.learn({ ...JSON.parse(body), etag });
      } catch (error) {
        tell(String(error));
      }
    };

    // The same seed makes the same requests, except for the ids that the server chooses.
    const planned = fc.sample(requestsFrom(document, operations, rootKey), {
      seed,
      numRuns: count,
    });
    const queue = planned.values();
    const workers = Array.from({ length: concurrency }, async () => {
      for (const each of queue) await ask(each);
    });
    await Promise.all(workers);
    agent.destroy();

    const figures = [...statuses].toSorted(([left], [right]) => left - right);
    const summary = figures.map(([status, times]) => `${times} x ${status}`).join(", ");
    await annotate(`PLINTH_FUZZ_SEED=${seed}: ${count} requests: ${summary}`);
    console.log(`PLINTH_FUZZ_SEED=${seed}: ${count} requests: ${summary}`);
    expect(faults.slice(0, told), `${faults.length} faults, PLINTH_FUZZ_SEED=${seed}`).toEqual([]);
    // As many as are left of the whole make sure that not everything was refused at the door.
    expect((statuses.get(200) ?? 0) + (statuses.get(201) ?? 0)).toBeGreaterThan(count / 20);
  },
);
