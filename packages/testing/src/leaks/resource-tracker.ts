import { createHook, executionAsyncId } from "node:async_hooks";
import { captureOrigin, framesOf } from "./capture-origin.ts";
import { mayOutliveTest } from "./outlives-test.ts";
import { resourceKinds, type TrackedResource } from "./resource-kinds.ts";

/** A resource that is open. */
export interface OpenResource {
  readonly type: string;
  readonly resource: TrackedResource;
  /** The stack of its creation, innermost frame first, followed by the stacks of what caused it. */
  readonly frames: readonly string[];
  /** Whether it does not keep the process alive. */
  readonly idle: boolean;
}

interface TrackedEntry {
  readonly type: string;
  readonly resource: TrackedResource;
  /** Where it was opened, where its cause was opened, and so on. */
  readonly origins: readonly Error[];
  /** The same for the promise that was being settled at that time. */
  readonly promised: readonly Error[];
  /** Whether it is a timer that fired after the window was closed. */
  wentOff: boolean;
}

/** How far back to look for the tests' own code: a pool connects a few steps after it was asked to. */
const steps = 6;

/** Tracks what is opened and closed, with async_hooks. */
export class ResourceTracker {
  readonly #entries = new Map<number, TrackedEntry>();
  readonly #promises = new Map<number, readonly Error[]>();
  #opening = true;
  readonly #hook = createHook({
    init: (id, type, _trigger, resource: TrackedResource) => {
      if (!this.#opening || mayOutliveTest()) return;
      const by = executionAsyncId();
      const promised = this.#promises.get(by) ?? this.#entries.get(by)?.promised;
      if (type === "PROMISE") {
        // There are many: only the first of a chain captures its stack, the others refer to it.
        this.#promises.set(id, promised ?? [captureOrigin()]);
        return;
      }
      const causes = this.#entries.get(by)?.origins ?? [];
      const origins = [captureOrigin(), ...causes].slice(0, steps);
      this.#entries.set(id, { type, resource, origins, promised: promised ?? [], wentOff: false });
    },
    before: (id) => {
      // A timer that fires now was not cleared: it counts as open although it is gone.
      const entry = this.#opening ? undefined : this.#entries.get(id);
      if (entry?.type === "Timeout") entry.wentOff = true;
    },
    destroy: (id) => {
      this.#promises.delete(id);
      if (this.#entries.get(id)?.wentOff !== true) this.#entries.delete(id);
    },
  });

  constructor() {
    this.#hook.enable();
  }

  /** New resources no longer count; tracked ones can still close. */
  closeWindow(): void {
    this.#opening = false;
  }

  /** Stops the tracking. */
  stop(): void {
    this.#hook.disable();
    this.#entries.clear();
    this.#promises.clear();
  }

  /** The open resources: those that keep the process alive, and idle connections. */
  *open(): Generator<OpenResource> {
    for (const { type, resource, origins, promised } of this.#entries.values()) {
      const kind = resourceKinds[type];
      if (kind === undefined) continue;
      const idle = resource.hasRef?.() === false;
      if (idle && kind.connection === undefined) continue;
      const frames = origins.flatMap(framesOf);
      // No frames: the test runner opened it. Promises do not count, as they lead everywhere.
      if (frames.length === 0) continue;
      yield { type, resource, frames: [...frames, ...promised.flatMap(framesOf)], idle };
    }
  }
}
