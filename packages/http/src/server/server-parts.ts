import type { IncomingMessage } from "node:http";
import type { Health, Logger, Principal } from "@plinth/core";
import type { Authorizer } from "../authorization/authorizer.ts";
import type { ServiceBinding } from "./service-routes.ts";

/** The caller that `admit` accepted. Empty for an anonymous caller. */
export interface Admitted {
  readonly principal?: Principal | undefined;
  /** The header that established the principal in the first place. */
  readonly authorization?: string | undefined;
}

/** What the routes of a server work with. */
export interface ServerParts {
  readonly services: readonly ServiceBinding[];
  readonly logger: Logger;
  readonly health: Pick<Health, "liveness" | "readiness">;
  /** Judges callers. Absent: no caller is judged, which `authorization: "none"` has to confirm. */
  readonly authorizer?: Authorizer | undefined;
  /**
   * Accepts or refuses every request before anything else does, and says who sent it. Absent: all are
   * accepted. For servers that only their own process may call.
   *
   * @throws UnauthenticatedError for requests that it refuses
   */
  readonly admit?: ((request: IncomingMessage) => Admitted) | undefined;
}
