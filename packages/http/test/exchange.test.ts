import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Exchange } from "../src/request/exchange.ts";

/** The parts of a response that tell how its request ended. */
class FakeResponse extends EventEmitter {
  closed = false;
  writableFinished = false;

  end(finished: boolean): void {
    this.writableFinished = finished;
    this.closed = true;
    this.emit("close");
  }
}

function exchangeWith(deadline: number | undefined): {
  exchange: Exchange;
  response: FakeResponse;
} {
  const response = new FakeResponse();
  const exchange = new Exchange(
    { headers: {} } as IncomingMessage,
    response as unknown as ServerResponse,
  );
  exchange.deadline = deadline;
  return { exchange, response };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("its signal is aborted at the deadline", () => {
  const { exchange } = exchangeWith(Date.now() + 1_000);
  const { signal } = exchange;
  vi.advanceTimersByTime(999);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.reason).toMatchObject({ code: "deadline_exceeded" });
});

test("its signal is aborted when the client disconnects, and after the deadline", () => {
  const left = exchangeWith(undefined);
  const { signal } = left.exchange;
  left.response.end(false);
  expect(signal.reason).toMatchObject({ code: "cancelled" });
  const late = exchangeWith(Date.now() - 5).exchange.signal;
  expect(late.reason).toMatchObject({ code: "deadline_exceeded" });
});

test("a sent answer clears the timer, and cancels nothing", () => {
  const { exchange, response } = exchangeWith(Date.now() + 60_000);
  const { signal } = exchange;
  expect(vi.getTimerCount()).toBe(1);
  response.end(true);
  expect(vi.getTimerCount()).toBe(0);
  expect(signal.aborted).toBe(false);
});

test("an answer that is sent as the deadline passes still aborts the signal", () => {
  const { exchange, response } = exchangeWith(Date.now() + 1_000);
  const { signal } = exchange;
  vi.setSystemTime(Date.now() + 999);
  response.end(true);
  expect(signal.reason).toMatchObject({ code: "deadline_exceeded" });
});

test("a deadline too far away for a timer starts none", () => {
  const { exchange } = exchangeWith(Date.now() + 2 ** 40);
  expect(exchange.signal.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
