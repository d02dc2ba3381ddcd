import { type Agent, request } from "node:http";
import type { Answer } from "./fuzz-document.ts";
import type { PlannedRequest } from "./fuzz-requests.ts";
import type { Seen } from "./fuzz-seen.ts";

/** A server that does not answer for this long, in milliseconds, hangs. */
const patience = 20_000;

/** An answer, and the tag in its headers. */
export interface SentAnswer extends Answer {
  readonly etag: string | undefined;
}

/** The request with what was seen until now. */
export function filled(planned: PlannedRequest, seen: Seen): PlannedRequest {
  return {
    method: planned.method,
    target: seen.fill(planned.target, encodeURIComponent),
    headers: planned.headers.map(([name, value]) => [name, seen.fill(value, (text) => text)]),
    body: planned.body && seen.fill(planned.body, (text) => JSON.stringify(text).slice(1, -1)),
  };
}

/** Sends a request as it is: unlike `fetch`, this leaves the path and odd headers alone. */
export function send(url: string, planned: PlannedRequest, agent: Agent): Promise<SentAnswer> {
  const { method, target, headers, body } = planned;
  const { hostname, port } = new URL(url);
  // Of headers that come twice, the later is sent: Node would join or refuse them.
  const given = Object.fromEntries(headers.map(([name, value]) => [name, value.trim()]));
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        method,
        path: target,
        headers: { ...given, ...length },
        agent,
        signal: AbortSignal.timeout(patience),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers["content-type"],
            etag: response.headers.etag,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
