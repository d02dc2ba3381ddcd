import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import { SharedWrites } from "../src/rabbitmq/shared-writes.ts";

/** A socket that keeps what each write to it held. */
function socket(highWaterMark: number) {
  const writes: string[][] = [];
  const stream = new Writable({
    highWaterMark,
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      writes.push([chunk]);
      done();
    },
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }) => chunk as string));
      done();
    },
  });
  return { stream, writes };
}

/** Passes on at the end of a turn what was readable in it, until there is no room, as the client does. */
function client(stream: Writable): (frame: string) => void {
  const frames = new PassThrough({ objectMode: true });
  let isBlocked = false;
  const pass = (): void => {
    for (let next = isBlocked ? null : frames.read(); next !== null;) {
      isBlocked = !stream.write(next);
      next = isBlocked ? null : frames.read();
    }
  };
  stream.on("drain", () => {
    isBlocked = false;
    pass();
  });
  frames.on("readable", () => setImmediate(pass));
  return (frame) => void frames.write(frame);
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test("what is written in one turn leaves in one piece at its end, and again in the next", async () => {
  const { stream, writes } = socket(1_000);
  const write = client(stream);
  const joined = new SharedWrites(stream);
  for (const round of ["a", "b"]) {
    for (const frame of ["1", "2", "3"]) {
      write(round + frame);
      joined.join();
    }
    await turn();
  }
  expect(writes).toEqual([
    ["a1", "a2", "a3"],
    ["b1", "b2", "b3"],
  ]);
  expect(stream.writableCorked).toBe(0);
});

test("what waits for room leaves in pieces as large as the room", async () => {
  const { stream, writes } = socket(4);
  const write = client(stream);
  const joined = new SharedWrites(stream);
  for (const frame of ["11", "22", "33", "44", "55", "66"]) {
    write(frame);
    joined.join();
  }
  await expect.poll(() => writes.flat()).toEqual(["11", "22", "33", "44", "55", "66"]);
  expect(writes).toHaveLength(3);
  expect(stream.writableCorked).toBe(0);
});
