import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { problemType, transportProblem } from "../problem/problem.ts";
import {
  headersTooLarge,
  malformedRequest,
  requestTimeout,
  type TransportFault,
} from "../problem/transport-fault.ts";

function faultOf(code: unknown): TransportFault {
  if (code === "HPE_HEADER_OVERFLOW") return headersTooLarge;
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return requestTimeout;
  if (code === "HPE_CHUNK_EXTENSIONS_OVERFLOW") {
    return { ...malformedRequest("The chunk extensions are over the limit."), status: 413 };
  }
  return malformedRequest("The request does not follow the rules of HTTP.");
}

/** There is no request object yet that has the method. Node passes the bytes at fault. */
function asksForHead(rawPacket: unknown): boolean {
  return (
    rawPacket instanceof Uint8Array && Buffer.from(rawPacket).toString("latin1", 0, 5) === "HEAD "
  );
}

/**
 * Answers bytes that Node's HTTP parser refuses, for which there is no request object, with a problem
 * document. Then it closes the connection: where the next request begins is not known.
 */
export function answerClientError(
  error: Error & { code?: unknown; rawPacket?: unknown },
  socket: Socket,
): void {
  // Node keeps the response in progress here. A second answer must not follow half of the first.
  const current = Reflect.get(socket, "_httpMessage") as
    | { headersSent?: boolean }
    | null
    | undefined;
  if (error.code === "ECONNRESET" || !socket.writable || current?.headersSent === true) {
    socket.destroy();
    return;
  }
  const problem = transportProblem(faultOf(error.code), randomUUID());
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? "Error"}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${problem.requestId}`,
    "connection: close",
  ];
  // A client that sent HEAD would take a body for the beginning of the next answer.
  socket.end(`${head.join("\r\n")}\r\n\r\n${asksForHead(error.rawPacket) ? "" : body}`);
}
