import { randomUUID } from "node:crypto";
import {
  type Binding,
  type CallOptions,
  createServiceError,
  currentContext,
  type ErrorCode,
  method,
  provider,
  Service,
  injectable,
} from "@plinth/core";
import { z } from "zod";

const Text = z.object({ text: z.string() });
const day = z.codec(z.iso.date(), z.date(), {
  decode: (text) => new Date(`${text}T00:00:00Z`),
  encode: (date) => date.toISOString().slice(0, 10),
});

/** Called by {@link EchoService}, so that calls go over two hops. */
abstract class NoteService extends Service("notes", {
  note: method({
    http: "POST /notes",
    input: z.object({ text: z.string(), tags: z.array(z.string()).default([]) }),
    output: z.object({
      note: z.string(),
      principal: z.string().optional(),
      visit: z.string().optional(),
    }),
  }),
}) {}

/** One for each request. */
class Visit {
  readonly id: string = randomUUID();
}
injectable(Visit, []);

class NoteServiceImpl implements NoteService {
  readonly visit: () => Visit;

  constructor(visit: () => Visit) {
    this.visit = visit;
  }
  async note({ text, tags }: { text: string; tags?: string[] | undefined }) {
    return {
      note: [text, ...(tags ?? [])].join(" "),
      principal: currentContext()?.principal?.id,
      visit: this.visit().id,
      secret: "never shown",
    };
  }
}

/** Everything in which a call in process and one over HTTP could differ. */
export abstract class EchoService extends Service("echo", {
  echo: method({ http: "POST /echo", input: z.object({ value: z.any() }), output: z.any() }),
  ask: method({
    http: "GET /ask/:text",
    input: z.object({
      text: z.string(),
      limit: z.number().default(7),
      list: z.array(z.string()).optional(),
      either: z.union([z.string(), z.number()]).optional(),
      nullable: z.string().nullable().optional(),
    }),
    output: z.any(),
  }),
  tell: method({
    http: "POST /tell",
    headers: { text: "x-text", either: "x-either", limit: "x-limit", flag: "x-flag" },
    input: z.object({
      text: z.string().nullable().optional(),
      either: z.union([z.string(), z.number()]).optional(),
      limit: z.number().default(7),
      flag: z.boolean().optional(),
      rest: z.string().optional(),
    }),
    output: z.any(),
  }),
  same: method({
    http: "POST /same",
    input: z.object({ number: z.number() }),
    output: z.object({ number: z.number() }),
  }),
  optional: method({
    http: "POST /optional",
    input: z.object({ text: z.string().optional() }),
    output: z.object({ text: z.string().optional(), keys: z.array(z.string()) }),
  }),
  fail: method({
    http: "POST /fail/:code",
    input: z.object({ code: z.string(), message: z.string() }),
    output: z.void(),
  }),
  crash: method({ http: "POST /crash", input: Text, output: z.void() }),
  lie: method({ http: "POST /lie", input: Text, output: z.object({ count: z.number() }) }),
  change: method({
    http: "PUT /change",
    input: z.object({ items: z.array(z.object({ name: z.string() })) }),
    output: z.object({ items: z.array(z.object({ name: z.string() })) }),
  }),
  wait: method({ http: "POST /wait", input: Text, output: z.void() }),
  day: method({ http: "POST /day", input: z.object({}), output: z.object({ day }) }),
  note: method({ http: "GET /note/:text", input: Text, output: z.object({ note: z.string() }) }),
  sharesVisit: method({
    http: "GET /visit",
    input: z.object({}),
    output: z.object({ sharesVisit: z.boolean() }),
  }),
  whoAmI: method({
    http: "GET /who",
    input: z.object({}),
    output: z.object({
      principal: z.string().optional(),
      scopes: z.array(z.string()).optional(),
      requestId: z.string().optional(),
      trace: z.string().optional(),
      hasDeadline: z.boolean(),
    }),
  }),
}) {}

/** What a call of `EchoService.wait` came to on the far side. */
export interface Waiting {
  readonly begun: Promise<void>;
  readonly cancelled: Promise<void>;
}

const waiting = new Map<string, { begin: () => void; cancel: () => void }>();

/**
 * Follows a call before it is made.
 *
 * @param text names the call
 */
export function followWaiting(text: string): Waiting {
  let begin: () => void = () => {};
  let cancel: () => void = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const cancelled = new Promise<void>((resolve) => {
    cancel = resolve;
  });
  waiting.set(text, { begin, cancel });
  return { begun, cancelled };
}

class EchoServiceImpl implements EchoService {
  /** The objects that were received, to be changed later. */
  readonly kept: unknown[] = [];
  readonly notes: NoteService;
  readonly visit: () => Visit;

  constructor(notes: NoteService, visit: () => Visit) {
    this.notes = notes;
    this.visit = visit;
  }
  async echo({ value }: { value?: unknown }) {
    return value;
  }
  async ask(input: unknown) {
    return input;
  }
  async tell(input: unknown) {
    return input;
  }
  async same(input: { number: number }) {
    return input;
  }
  async optional(input: { text?: string | undefined }) {
    return { text: input.text, keys: Object.keys(input) };
  }
  async fail({ code, message }: { code: string; message: string }) {
    throw createServiceError(code as ErrorCode, message, {
      details: { reason: "asked for", nested: { list: [1, null, "x"] } },
      internalDetails: { password: "hunter2" },
      retryAfter: 250,
      cause: new Error("the cause stays here"),
    });
  }
  async crash({ text }: { text: string }) {
    throw new TypeError(text);
  }
  async lie() {
    return { count: "many" as unknown as number };
  }
  async change(input: { items: { name: string }[] }) {
    this.kept.push(input);
    input.items.push({ name: "added by the callee" });
    setImmediate(() => input.items.push({ name: "added later" }));
    return input;
  }
  async wait({ text }: { text: string }, options?: CallOptions) {
    await new Promise<void>((_resolve, reject) => {
      waiting.get(text)?.begin();
      options?.signal?.addEventListener("abort", () => {
        waiting.get(text)?.cancel();
        reject(options.signal?.reason as Error);
      });
    });
  }
  async day() {
    return { day: new Date("2024-02-29T12:00:00Z") };
  }
  async note({ text }: { text: string }) {
    return this.notes.note({ text, tags: ["from", "echo"] });
  }
  async sharesVisit() {
    const own = this.visit().id;
    const { visit } = await this.notes.note({ text: "" });
    return { sharesVisit: visit === own };
  }
  async whoAmI() {
    const context = currentContext();
    return {
      principal: context?.principal?.id,
      scopes: context?.principal?.scopes === undefined ? undefined : [...context.principal.scopes],
      requestId: context?.requestId,
      trace: context?.traceparent?.split("-")[1],
      hasDeadline: context?.deadline !== undefined,
    };
  }
}

injectable(NoteServiceImpl, [provider(Visit)]);
injectable(EchoServiceImpl, [NoteService, provider(Visit)]);

/** All that the two services need. */
export const bindings: readonly Binding[] = [
  (binder) => {
    binder.bind(Visit).toClass(Visit, { scope: "request" });
    binder.bind(NoteService).toClass(NoteServiceImpl);
    binder.bind(EchoService).toClass(EchoServiceImpl);
  },
];
