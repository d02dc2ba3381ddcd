import { isServiceError, UnauthenticatedError, type Principal } from "@plinth/core";
import { readThrown } from "@plinth/core/errors";
import { Authorizer, type AuthorizationRequest } from "./authorizer.ts";
import { noteJudge } from "./caller-credentials.ts";
import type { SecurityScheme } from "./security-scheme.ts";

/**
 * How much an error tells: that it could not judge tells more than a judgement, which tells more than
 * "nothing was sent".
 */
function weight(error: unknown): number {
  if (!isServiceError(error, "unauthenticated")) return 2;
  return readThrown(error.details, "reason") === "missing_credentials" ? 0 : 1;
}

class AnyOf extends Authorizer {
  override readonly schemes: readonly SecurityScheme[];
  readonly #authorizers: readonly Authorizer[];

  constructor(authorizers: readonly Authorizer[]) {
    super();
    this.#authorizers = authorizers;
    const schemes = authorizers.flatMap((authorizer) => authorizer.schemes);
    this.schemes = [...new Map(schemes.map((scheme) => [scheme.name, scheme])).values()];
  }

  override async authorize(request: AuthorizationRequest): Promise<Principal> {
    let worst: unknown = new UnauthenticatedError("No authorizer judges credentials here.");
    let worstWeight = -1;
    for (const authorizer of this.#authorizers) {
      try {
        const principal = await authorizer.authorize(request);
        noteJudge(request, authorizer);
        return principal;
      } catch (error) {
        if (weight(error) > worstWeight) {
          worst = error;
          worstWeight = weight(error);
        }
      }
    }
    throw worst;
  }

  override async prepare(): Promise<void> {
    for (const authorizer of this.#authorizers) await authorizer.prepare();
  }
}

/**
 * Accepts a caller that one of several authorizers accepts. They are asked in order, until one does.
 *
 * If none does, the error that tells most is thrown: that an authorizer could not judge (`unavailable`) or
 * denies a known caller, else that credentials are wrong, else that there are none.
 *
 * @param authorizers at least one
 */
export function anyOf(authorizers: readonly [Authorizer, ...Authorizer[]]): Authorizer {
  return new AnyOf(authorizers);
}
