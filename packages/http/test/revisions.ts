import { AbortedError, Health, localCall, method, NotFoundError, Service } from "@plinth/core";
import { z } from "zod";
import { FastifyServer } from "../src/server/fastify-server.ts";
import type { HttpServerOptions } from "../src/server/http-options.ts";
import { CapturedLogger } from "./things.ts";

const Note = z.object({ noteId: z.string(), text: z.string(), revision: z.string().optional() });
const Key = z.object({ noteId: z.string() });
const Guard = z.object({ revision: z.string().min(1).optional() });

export abstract class NoteService extends Service("notes", {
  getNote: method({
    http: "GET /notes/:noteId",
    etag: "revision",
    input: Key,
    output: Note,
    errors: ["not_found"],
  }),
  putNote: method({
    http: "PUT /notes/:noteId",
    etag: "revision",
    ifMatch: "revision",
    input: z.object({ ...Key.shape, ...Guard.shape, text: z.string() }),
    output: Note,
    errors: ["aborted"],
  }),
  deleteNote: method({
    http: "DELETE /notes/:noteId",
    ifMatch: "revision",
    input: z.object({ ...Key.shape, revision: z.string() }),
    output: z.void(),
  }),
}) {}

type Stored = z.infer<typeof Note>;

/** Keeps one revision per change. */
export class Notes implements NoteService {
  readonly #notes = new Map<string, Stored>();
  async getNote({ noteId }: z.infer<typeof Key>): Promise<Stored> {
    const note = this.#notes.get(noteId);
    if (note === undefined) throw new NotFoundError("There is no such note.");
    return note;
  }
  async putNote({ noteId, text, revision }: Stored): Promise<Stored> {
    const known = this.#notes.get(noteId);
    this.#check(known, revision);
    const next = text === "quoted" ? 'a"b' : `r${Number(known?.revision?.slice(1) ?? 0) + 1}`;
    const note = { noteId, text, ...(text === "none" ? {} : { revision: next }) };
    this.#notes.set(noteId, note);
    return note;
  }
  async deleteNote({ noteId, revision }: { noteId: string; revision: string }): Promise<void> {
    this.#check(this.#notes.get(noteId), revision);
    this.#notes.delete(noteId);
  }
  #check(known: Stored | undefined, revision: string | undefined): void {
    if (revision === undefined || known?.revision === revision) return;
    throw new AbortedError("Another caller has changed the note.", { details: { revision } });
  }
}

export async function startNotes(
  options: Partial<HttpServerOptions> = {},
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = await FastifyServer.create(
    {
      services: [
        { service: NoteService, instance: localCall(NoteService, new Notes()), prefix: "" },
      ],
      logger: new CapturedLogger(),
      health: new Health({ state: () => "running" }),
    },
    { host: "127.0.0.1", port: 0, authorization: "none", ...options },
  );
  await server.start();
  return {
    url: server.url,
    [Symbol.asyncDispose]: () => server.close({ signal: AbortSignal.timeout(1_000) }),
  };
}
