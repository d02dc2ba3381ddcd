import { expect, test } from "vitest";
import { createClient } from "../src/index.ts";
import { ThingService } from "./client-things.ts";
import { httpAnswer, rawServer } from "./raw-server.ts";

const thing = '{"thingId":"a","name":"A"}';
const good = httpAnswer(200, thing);
const hints = "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n";
const interim: readonly [string, readonly string[]][] = [
  ["100", [`HTTP/1.1 100 Continue\r\n\r\n${good}`]],
  ["100 of HTTP/1.0", [`HTTP/1.0 100 Continue\r\n\r\n${good}`]],
  ["100 with a header", [`HTTP/1.1 100 Continue\r\nx-a: 1\r\n\r\n${good}`]],
  ["100 without a reason", [`HTTP/1.1 100 \r\n\r\n${good}`]],
  ["102", [`HTTP/1.1 102 Processing\r\n\r\n${good}`]],
  ["103", [`${hints}${good}`]],
  ["199", [`HTTP/1.1 199 Something\r\n\r\n${good}`]],
  ["several", [`${hints}HTTP/1.1 100 Continue\r\n\r\n${hints}${good}`]],
  ["one by itself", ["HTTP/1.1 100 Continue\r\n\r\n", good]],
  ["byte by byte", `HTTP/1.1 100 Continue\r\n\r\n${good}`.split("")],
  ["none, byte by byte", good.split("")],
];

test.each(interim)("an interim response is skipped: %s", async (_name, parts) => {
  await using server = await rawServer((socket) => {
    socket.setNoDelay(true);
    const send = (index: number): void => {
      if (index < parts.length)
        socket.write(parts[index] ?? "", () => setImmediate(send, index + 1));
    };
    send(0);
  });
  await using things = createClient(ThingService, { url: server.url, connections: 1 });
  // More than once: the next response on the connection is looked at again.
  for (const _call of [1, 2, 3]) {
    expect(await things.getThing({ thingId: "a" })).toEqual({ thingId: "a", name: "A" });
  }
  expect(server.connections).toBe(1);
});

test("a part of a body that looks like an interim response stays in the body", async () => {
  const name = "HTTP/1.1 100 Continue";
  const answer = httpAnswer(200, JSON.stringify({ thingId: "a", name }));
  const middle = answer.indexOf(name);
  await using server = await rawServer((socket) => {
    socket.setNoDelay(true);
    socket.write(answer.slice(0, middle), () =>
      setImmediate(() => socket.write(answer.slice(middle))),
    );
  });
  await using things = createClient(ThingService, { url: server.url });
  expect(await things.getThing({ thingId: "a" })).toEqual({ thingId: "a", name });
});
