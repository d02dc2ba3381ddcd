import { AbortedError, InvalidArgumentError, localCall, method, Service } from "@plinth/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Notes, NoteService, startNotes } from "./revisions.ts";
import { startServer } from "./things.ts";

async function send(url: string, init: RequestInit & { text?: string } = {}) {
  const { text, headers, ...rest } = init;
  const response = await fetch(`${url}/notes/a`, {
    ...rest,
    headers: {
      ...(headers as object),
      ...(text === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(text === undefined ? {} : { body: JSON.stringify({ text }) }),
  });
  const body = await response.text();
  return {
    status: response.status,
    etag: response.headers.get("etag"),
    body: body === "" ? undefined : (JSON.parse(body) as Record<string, unknown>),
  };
}

const put = (url: string, text: string, ifMatch?: string) =>
  send(url, { method: "PUT", text, headers: ifMatch === undefined ? {} : { "if-match": ifMatch } });

describe("a revision over HTTP", () => {
  test("travels as ETag alone, and guards a change", async () => {
    await using notes = await startNotes();
    const { url } = notes;
    const first = await put(url, "one");
    expect(first).toEqual({
      status: 200,
      etag: '"r1"',
      body: { noteId: "a", text: "one" },
    });
    expect(await send(url)).toEqual(first);
    expect(await put(url, "two", first.etag ?? "")).toMatchObject({ status: 200, etag: '"r2"' });
    expect(await put(url, "lost", first.etag ?? "")).toEqual({
      status: 412,
      etag: null,
      body: {
        type: "urn:plinth:error:precondition_failed",
        title: "Precondition failed",
        status: 412,
        detail: "Another caller has changed the note.",
        code: "aborted",
        requestId: expect.any(String),
        details: { revision: "r1" },
      },
    });
    expect((await send(url)).body).toMatchObject({ text: "two" });
    expect((await put(url, "three")).status).toBe(200);
  });

  test("that the caller already has is not sent again", async () => {
    await using notes = await startNotes();
    const { url } = notes;
    await put(url, "one");
    for (const seen of ['"r1"', 'W/"r1"', '"r0", W/"r1"', "*"]) {
      expect(await send(url, { headers: { "if-none-match": seen } })).toEqual({
        status: 304,
        etag: '"r1"',
        body: undefined,
      });
    }
    for (const other of ['"r2"', "r1", ""]) {
      expect((await send(url, { headers: { "if-none-match": other } })).status).toBe(200);
    }
  });

  test("a condition that the method does not evaluate is refused, and nothing changes", async () => {
    await using notes = await startNotes();
    const { url } = notes;
    await put(url, "one");
    for (const seen of ["*", '"r2"']) {
      const change = { method: "PUT", text: "two", headers: { "if-none-match": seen } };
      expect(await send(url, change)).toMatchObject({
        status: 400,
        body: { detail: "The header if-none-match is a condition that putNote does not take." },
      });
    }
    expect((await send(url)).etag).toBe('"r1"');
    await using things = await startServer();
    for (const verb of ["PUT", "DELETE"]) {
      const response = await fetch(`${things.url}/things/a`, {
        method: verb,
        headers: { "if-match": '"r1"' },
      });
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { detail: expect.stringContaining("The header if-match is a condition") as string },
      ]);
    }
  });

  test("that is required and missing is named, and accepted in no other place", async () => {
    await using notes = await startNotes();
    const { url } = notes;
    const remove = { method: "DELETE" };
    expect(await send(url, remove)).toMatchObject({
      status: 400,
      body: { errors: [{ path: "revision" }] },
    });
    const misplaced = [
      fetch(`${url}/notes/a?revision=r1`, remove),
      fetch(`${url}/notes/a`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: '{"text":"x","revision":"r1"}',
      }),
    ];
    for (const response of await Promise.all(misplaced)) {
      const message = "This field belongs in the header If-Match alone";
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { errors: [{ path: "revision", message }] },
      ]);
    }
    await put(url, "one");
    expect((await send(url, { ...remove, headers: { "if-match": '"r0"' } })).status).toBe(412);
    expect((await send(url, { ...remove, headers: { "if-match": '"r1"' } })).status).toBe(204);
  });

  test.each([
    ["*", 400],
    ['"r1", "r2"', 400],
    ["r1", 400],
    ["", 400],
    ['W/"r1"', 412],
    ['""', 400],
  ])("If-Match: %s is answered with %i, and nothing changes", async (header, status) => {
    await using notes = await startNotes();
    await put(notes.url, "one");
    expect((await put(notes.url, "two", header)).status).toBe(status);
    expect((await send(notes.url)).etag).toBe('"r1"');
  });

  test("that is absent gives no ETag", async () => {
    await using notes = await startNotes();
    expect(await put(notes.url, "none")).toMatchObject({ status: 200, etag: null });
  });

  test("that a tag cannot contain is percent-encoded, and decoded when it comes back", async () => {
    await using notes = await startNotes();
    expect(await put(notes.url, "quoted")).toMatchObject({ status: 200, etag: '"a%22b"' });
    expect((await put(notes.url, "next", '"a%22c"')).status).toBe(412);
    expect((await put(notes.url, "next", '"%"')).status).toBe(400);
    expect((await put(notes.url, "next", '"a%22b"')).status).toBe(200);
  });
});

test("in process it is a field like any other, and a stale one gives the same error", async () => {
  const notes = localCall(NoteService, new Notes());
  const { revision } = await notes.putNote({ noteId: "a", text: "one" });
  await notes.putNote({
    noteId: "a",
    text: "two",
    ...(revision === undefined ? {} : { revision }),
  });
  const stale = notes.putNote({ noteId: "a", text: "lost", revision: "r1" });
  await expect(stale).rejects.toBeInstanceOf(AbortedError);
  const missing = notes.deleteNote({ noteId: "a" } as never);
  await expect(missing).rejects.toBeInstanceOf(InvalidArgumentError);
});

test("a contract whose tags do not fit is refused with all faults", () => {
  const input = z.object({ thingId: z.string(), count: z.number() });
  expect(() =>
    Service("tags", {
      one: method({
        http: "GET /one/:thingId",
        input,
        output: z.object({ count: z.number() }),
        etag: "count",
        ifMatch: "thingId",
      }),
      two: method({ http: "PUT /two", input, output: z.void(), etag: "none", ifMatch: "unknown" }),
    }),
  ).toThrow(`  - one: etag "count" must be a string
  - one: ifMatch "thingId" is a path parameter already
  - one: ifMatch has no meaning with GET: it guards a change
  - two: etag "none" is not a field of the output
  - two: ifMatch "unknown" is not a field of the input`);
});
