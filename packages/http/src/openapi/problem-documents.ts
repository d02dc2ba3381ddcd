import type { ErrorCode, JsonObject, MethodDescription } from "@plinth/core";
import { errorCodes } from "@plinth/core/errors";
import { titleOf } from "../problem/problem.ts";
import { statusOf } from "../problem/status-of.ts";

const text = (description: string): JsonObject => ({ type: "string", description });

/** The schema of every error body. */
export const problemSchema: JsonObject = {
  type: "object",
  description: "A problem document (RFC 9457).",
  properties: {
    type: text("The kind of fault, stable; finer than the code."),
    title: text("The kind of fault in words."),
    status: { type: "integer", description: "The HTTP status." },
    detail: text("What was wrong this time."),
    code: {
      type: "string",
      enum: Object.keys(errorCodes),
      description: "The canonical code, by which programs tell faults apart.",
    },
    requestId: text("The request, as in the header x-request-id and in the log."),
    errors: {
      type: "array",
      description: "Each bad field of the input.",
      items: {
        type: "object",
        properties: {
          path: text("The field, such as items[2].price; empty for the whole."),
          message: text("What was expected."),
          code: text("The kind of fault."),
        },
        required: ["path", "message", "code"],
      },
    },
    details: { type: "object", description: "What else the error says about itself." },
    retryAfter: {
      type: "number",
      minimum: 0,
      description: "How long to wait before another attempt, in milliseconds.",
    },
  },
  required: ["type", "title", "status", "detail", "code", "requestId"],
};

const problemReference: JsonObject = { $ref: "#/components/schemas/Problem" };

/** All codes with a status: an implementation may throw errors that it has not declared. */
function codesWith(status: number): ErrorCode[] {
  const codes = Object.keys(errorCodes) as ErrorCode[];
  return codes.filter((code) => statusOf(code) === status);
}

/** @param codes the expected codes, the likeliest first */
function problemResponse(
  status: number,
  codes: readonly ErrorCode[],
  kind: string = codes[0] ?? "unknown",
): JsonObject {
  const [first = "unknown"] = codes;
  const possible = status === 412 ? codes : codesWith(status);
  return {
    description: codes.map((code) => errorCodes[code].meaning).join(" "),
    content: {
      "application/problem+json": {
        schema: {
          allOf: [problemReference, { properties: { code: { enum: [...possible] } } }],
        },
        example: {
          type: `urn:plinth:error:${kind}`,
          title: titleOf(kind),
          status,
          detail: errorCodes[first].meaning,
          code: first,
          requestId: "8c0f4a52-6f0e-4a37-9d0e-3d2b6c1f7a10",
        },
      },
    },
  };
}

/**
 * The error responses of a method, by status: those that it declares, and those of the server itself.
 */
export function problemResponses(method: MethodDescription, isClosed: boolean): JsonObject {
  const codes = new Set<ErrorCode>([
    "invalid_argument",
    ...(isClosed ? (["unauthenticated"] as const) : []),
    ...(isClosed && method.scopes.length > 0 ? (["permission_denied"] as const) : []),
    ...method.errors,
  ]);
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
  }
  const responses = [...byStatus].map(([status, each]): [number, JsonObject] => [
    status,
    problemResponse(status, each),
  ]);
  if (method.ifMatch !== undefined) {
    responses.push([412, problemResponse(412, ["aborted"], "precondition_failed")]);
  }
  responses.sort(([left], [right]) => left - right);
  return {
    ...Object.fromEntries(responses.map(([status, response]) => [String(status), response])),
    default: { $ref: "#/components/responses/Problem" },
  };
}

/** The response for statuses that an operation does not list. */
export const otherProblem: JsonObject = {
  description: "Any other fault, as a problem document.",
  content: { "application/problem+json": { schema: problemReference } },
};
