import { request } from "node:http";

/** A request as it goes over the wire: unlike `fetch`, this leaves `..` in the path alone. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** Default: that of a JSON body where there is one. */
  readonly contentType?: string;
  readonly body?: string;
}

export interface RawResponse {
  readonly status: number | undefined;
  readonly contentType: string | undefined;
  readonly location: string | undefined;
  readonly body: unknown;
}

/** Sends one request on a connection of its own. */
export function send(address: string, raw: RawRequest): Promise<RawResponse> {
  const { method, path, body, contentType = "application/json" } = raw;
  const { hostname, port } = new URL(address);
  const headers = body === undefined ? {} : { "content-type": contentType };
  return new Promise((resolve, reject) => {
    request({ hostname, port, method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () =>
        resolve({
          status: response.statusCode,
          contentType: response.headers["content-type"],
          location: response.headers.location,
          body: text === "" ? undefined : JSON.parse(text),
        }),
      );
    })
      .on("error", reject)
      .end(body);
  });
}
