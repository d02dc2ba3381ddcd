import {
  DeclarationError,
  describeContract,
  runWithContext,
  toServiceError,
  type AnyServiceClass,
  type MethodDescription,
} from "@plinth/core";
import { wireCalls, type WireCall } from "@plinth/core/transport";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authorizer } from "../authorization/authorizer.ts";
import { createGuard } from "../authorization/guard.ts";
import { entityTag, isNotModified, readPrecondition } from "../request/entity-tag.ts";
import { createInputReader } from "../request/input-reader.ts";
import { createJsonWriter } from "../request/json-writer.ts";
import { createLocationWriter } from "../request/location-writer.ts";
import { splitTarget } from "../request/query-string.ts";
import { headerLines } from "../request/request-headers.ts";
import type { RoutePattern } from "../request/allowed-methods.ts";
import type { Exchanges } from "./exchanges.ts";

/** A contract and the instance that answers its calls. */
export interface ServiceBinding {
  readonly service: AnyServiceClass;
  /** The instance that is bound to the contract. */
  readonly instance: object;
  /** Everything before the contract's paths; empty for nothing. */
  readonly prefix: string;
}

function createHandler(
  method: MethodDescription,
  call: WireCall,
  prefix: string,
  exchanges: Exchanges,
): (request: FastifyRequest, reply: FastifyReply) => void {
  const readInput = createInputReader(method);
  const { etag, location, returnsNothing, status } = method;
  const write = createJsonWriter(method.output, etag);
  const locate = location === undefined ? undefined : createLocationWriter(location);

  const answer = (request: FastifyRequest, reply: FastifyReply, output: unknown): FastifyReply => {
    reply.code(status);
    const target = locate?.(output);
    if (target !== undefined) reply.header("location", `${prefix}${target}`);
    if (returnsNothing) return reply.send();
    if (etag !== undefined) {
      const tag = entityTag((output as Readonly<Record<string, unknown>>)[etag]);
      if (tag !== undefined) reply.header("etag", tag);
      const isCached = tag !== undefined && isNotModified(request.headers["if-none-match"], tag);
      if (isCached && method.httpMethod === "GET") return reply.code(304).send();
    }
    return reply.header("content-type", "application/json; charset=utf-8").send(write(output));
  };

  return (request, reply) => {
    const exchange = exchanges.of(request, reply);
    const seen = readPrecondition(method, request.headers);
    exchange.isGuarded = seen !== undefined;
    const input = readInput({
      parameters: request.params as Readonly<Record<string, string>>,
      query: splitTarget(request.raw.url ?? "").query,
      body: request.body,
      ifMatch: seen,
      headers: () => headerLines(request.raw),
    });
    // A context that is entered in a hook before the body is read would be lost; here it is kept.
    runWithContext(exchange, () => {
      call(
        input,
        (output) => {
          try {
            answer(request, reply, output);
          } catch (error) {
            reply.send(toServiceError(error));
          }
        },
        (error) => {
          reply.send(toServiceError(error));
        },
      );
    });
  };
}

/** The hook that checks callers before their body is read; none for an open method. */
function createEntrance(
  service: string,
  method: MethodDescription,
  exchanges: Exchanges,
  authorizer: Authorizer | undefined,
): { onRequest?: (request: FastifyRequest, reply: FastifyReply) => Promise<void> } {
  if (method.public || authorizer === undefined) return {};
  const guard = createGuard(service, method, authorizer);
  return {
    onRequest: async (request, reply) => {
      const exchange = exchanges.of(request, reply);
      await runWithContext(exchange, () => guard(request, exchange));
    },
  };
}

/**
 * Adds the routes of a contract.
 *
 * @param authorizer asked before closed methods. Absent: all methods are open
 * @returns the patterns of the routes
 */
export function addServiceRoutes(
  fastify: FastifyInstance,
  { service, instance, prefix }: ServiceBinding,
  exchanges: Exchanges,
  authorizer: Authorizer | undefined,
): RoutePattern[] {
  const calls = wireCalls(service, instance);
  const { name, methods } = describeContract(service);
  return methods.map((method) => {
    const call = calls.get(method.name);
    if (call === undefined) {
      throw new DeclarationError(`${service.name} lacks the method ${method.name}.`);
    }
    const path = `${prefix}${method.path}`;
    fastify.route({
      method: method.httpMethod,
      url: path,
      ...createEntrance(name, method, exchanges, authorizer),
      handler: createHandler(method, call, prefix, exchanges),
    });
    return { httpMethod: method.httpMethod, path };
  });
}
