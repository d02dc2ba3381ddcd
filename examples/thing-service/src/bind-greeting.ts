import type { Binding } from "@plinth/core";
import { HttpServer } from "@plinth/http";
import { ThingConfig } from "./thing-config.ts";

/** Shows where to try calls in a browser, and a first request to paste into another terminal. */
class Greeting {
  constructor(
    private readonly server: HttpServer,
    private readonly config: ThingConfig,
  ) {}

  print(): void {
    // Production logs stay machine-readable.
    if (this.config.environment !== "development") return;
    const { url } = this.server;
    const page = this.config.serveDocs === true ? ` in a browser, at ${url}/docs, or` : "";
    const body = JSON.stringify({ name: "lamp", description: "A lamp" });
    console.log(`\nthing-service is ready. Try it${page} from another terminal:\n
  curl -i ${url}/things -H 'content-type: application/json' -d '${body}'\n`);
  }
}

export const bindGreeting: Binding = (binder) =>
  // It needs the server, so it starts after it: by then the address is known, and answers.
  binder.bind(Greeting).toResource([HttpServer, ThingConfig], {
    create: (server, config) => new Greeting(server, config),
    start: (greeting) => greeting.print(),
  });
