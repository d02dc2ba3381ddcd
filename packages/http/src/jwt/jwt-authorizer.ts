import {
  DeclarationError,
  FailedPreconditionError,
  isServiceError,
  SystemClock,
  type JsonObject,
  type Principal,
} from "@plinth/core";
import { loadPeer, rethrow } from "@plinth/support/load-peer";
import { Authorizer, type AuthorizationRequest } from "../authorization/authorizer.ts";
import { refusal } from "../authorization/refusal.ts";
import { bearerScheme, type SecurityScheme } from "../authorization/security-scheme.ts";
import { bearerToken } from "../authorization/single-header.ts";
import { IssuerKeys } from "./issuer-keys.ts";
import { jwtFault } from "./jwt-fault.ts";
import { asymmetricAlgorithms, type JwtAuthorizerOptions } from "./jwt-options.ts";
import { principalOf } from "./principal-of.ts";
import { refuseOtherTokens } from "./refuse-other-tokens.ts";

type Verify = (token: string) => Promise<JsonObject>;

const maxTokenLength = 8_192;

function listOf(values: string | readonly string[]): string[] {
  return typeof values === "string" ? [values] : [...values];
}

async function createVerify(options: JwtAuthorizerOptions): Promise<Verify> {
  const jose = await loadPeer({
    name: "jose",
    neededBy: "JwtAuthorizer",
    load: () => import("jose").catch(rethrow),
    missing: (message, missing) => new FailedPreconditionError(message, missing),
  });
  const clock = options.clock ?? new SystemClock();
  const keys = new IssuerKeys(jose, {
    url: new URL(options.jwksUrl),
    maxAge: options.keysMaxAge ?? 600_000,
    grace: options.keysGrace ?? 3_600_000,
    cooldown: options.cooldown ?? 30_000,
    timeout: options.timeout ?? 5_000,
    clock,
  });
  const rules = {
    algorithms: [...(options.algorithms ?? asymmetricAlgorithms)],
    issuer: listOf(options.issuer),
    audience: listOf(options.audience),
    clockTolerance: (options.clockSkew ?? 5_000) / 1_000,
    requiredClaims: [...(options.requiredClaims ?? ["exp", "sub"])],
    ...(options.tokenType === undefined ? {} : { typ: options.tokenType }),
  };
  return async (token) => {
    // Before the keys: tokens of other issuers cause no fetch.
    if (!rules.issuer.includes(jose.decodeJwt(token).iss ?? "")) {
      throw refusal("invalid_credentials", "The token's issuer is not accepted.");
    }
    const { payload, protectedHeader } = await jose.jwtVerify(
      token,
      (...which) => keys.find(...which),
      { ...rules, currentDate: clock.date() },
    );
    const claims = payload as JsonObject;
    if (options.tokenType === undefined) refuseOtherTokens(protectedHeader, claims);
    return claims;
  };
}

function checkOptions({ algorithms, issuer, audience }: JwtAuthorizerOptions): void {
  const accepted: readonly string[] = algorithms ?? asymmetricAlgorithms;
  const refused = accepted.filter((name) => !asymmetricAlgorithms.some((known) => known === name));
  if (refused.length > 0 || accepted.length === 0) {
    throw new DeclarationError(
      `JwtAuthorizer accepts algorithms of public keys, ${asymmetricAlgorithms.join(", ")}, not ${refused.join(", ") || "none at all"}.`,
    );
  }
  // Without these, tokens for other services would be accepted.
  const isMissing = (values: readonly string[]): boolean =>
    values.length === 0 || values.includes("");
  if (isMissing(listOf(issuer)) || isMissing(listOf(audience))) {
    throw new DeclarationError("JwtAuthorizer needs an issuer and an audience.");
  }
}

/**
 * Accepts JSON Web Tokens that an issuer has signed, sent as `Authorization: Bearer`. Needs the package
 * `jose`.
 *
 * The issuer's keys are fetched when first needed and cached, for a while also if the issuer fails. An
 * unknown key id leads to another fetch, so that keys can rotate.
 */
export class JwtAuthorizer extends Authorizer {
  override readonly schemes: readonly SecurityScheme[] = [
    { ...bearerScheme, document: { ...bearerScheme.document, bearerFormat: "JWT" } },
  ];
  readonly #options: JwtAuthorizerOptions;
  #verify: Promise<Verify> | undefined;

  /**
   * @param options see {@link JwtAuthorizerOptions}
   * @throws DeclarationError for an algorithm that is not one of public keys, for an empty issuer or audience
   */
  constructor(options: JwtAuthorizerOptions) {
    super();
    checkOptions(options);
    this.#options = options;
  }

  /** @throws FailedPreconditionError if jose is not installed */
  override async prepare(): Promise<void> {
    this.#verify ??= createVerify(this.#options);
    await this.#verify;
  }

  /** @throws UnauthenticatedError; UnavailableError if the keys cannot be fetched */
  override async authorize(request: AuthorizationRequest): Promise<Principal> {
    const token = bearerToken(request);
    if (token === undefined) throw refusal("missing_credentials", "A bearer token is needed.");
    if (token.length > maxTokenLength) {
      throw refusal("malformed_credentials", "The bearer token is too long.");
    }
    this.#verify ??= createVerify(this.#options);
    const verify = await this.#verify;
    const claims = await verify(token).catch((error: unknown) => {
      throw isServiceError(error) ? error : jwtFault(error);
    });
    return (this.#options.toPrincipal ?? principalOf)(claims);
  }
}
