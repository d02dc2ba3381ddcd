import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** What npm sends along with one version; the rest of it is kept as it came. */
interface PublishedVersion {
  readonly version: string;
  readonly dist: { readonly tarball: string; readonly integrity: string };
  readonly [field: string]: unknown;
}

interface PublishRequest {
  readonly name: string;
  readonly "dist-tags": Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, PublishedVersion>>;
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>;
}

interface Packument {
  readonly name: string;
  readonly "dist-tags": Record<string, string>;
  readonly versions: Record<string, PublishedVersion>;
}

/**
 * A registry in this process for the packages of one scope: it takes what `npm publish` sends and
 * gives it to `npm install`. It knows no other package, and asks no other registry: npm gets those where
 * its user always gets them.
 */
export class LocalRegistry implements AsyncDisposable {
  /** Where it listens: a free port of 127.0.0.1, with a slash at the end. */
  readonly url: string;
  readonly #server: Server;
  readonly #packages = new Map<string, Packument>();
  readonly #tarballs = new Map<string, Buffer>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request).then(
        ({ status, body }) => response.writeHead(status).end(body),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }

  static async start(): Promise<LocalRegistry> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new LocalRegistry(server);
  }

  /** The environment variables that make npm ask here for the packages of a scope. */
  environment(scope: string): Record<string, string> {
    return {
      [`npm_config_${scope}:registry`]: this.url,
      // npm sends nothing without a token; this registry does not look at it.
      [`npm_config_${this.url.replace(/^http:/, "")}:_authToken`]: "local",
    };
  }

  /** The names of what was published, each with its newest version. */
  published(): { readonly name: string; readonly version: string }[] {
    return [...this.#packages.values()].map(({ name, "dist-tags": tags }) => {
      return { name, version: tags["latest"] ?? "" };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: string | Buffer }> {
    const path = decodeURIComponent(new URL(request.url ?? "/", this.url).pathname).slice(1);
    if (request.method === "PUT") return this.#publish(JSON.parse(await textOf(request)));
    const body = this.#tarballs.get(path) ?? this.#packumentText(path);
    return body === undefined
      ? { status: 404, body: JSON.stringify({ error: `${path} is not in the local registry.` }) }
      : { status: 200, body };
  }

  #packumentText(name: string): string | undefined {
    const packument = this.#packages.get(name);
    return packument && JSON.stringify(packument);
  }

  #publish(sent: PublishRequest): { status: number; body: string } {
    const known: Packument = this.#packages.get(sent.name) ?? {
      name: sent.name,
      "dist-tags": {},
      versions: {},
    };
    for (const [version, manifest] of Object.entries(sent.versions)) {
      if (version in known.versions) {
        return { status: 409, body: JSON.stringify({ error: `${version} is there already.` }) };
      }
      const [attachment] = Object.values(sent._attachments);
      const path = `${sent.name}/-/${version}.tgz`;
      this.#tarballs.set(path, Buffer.from(attachment?.data ?? "", "base64"));
      known.versions[version] = {
        ...manifest,
        dist: { ...manifest.dist, tarball: new URL(path, this.url).href },
      };
    }
    Object.assign(known["dist-tags"], sent["dist-tags"]);
    this.#packages.set(sent.name, known);
    return { status: 201, body: JSON.stringify({ ok: true }) };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks = await request.toArray();
  return Buffer.concat(chunks as Buffer[]).toString("utf8");
}
