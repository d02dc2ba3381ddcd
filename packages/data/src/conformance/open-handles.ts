import { AsyncLocalStorage, createHook } from "node:async_hooks";

interface Handle {
  /** Whether it keeps the process running. */
  hasRef(): boolean;
}

/** What keeps the process running and was opened by some work: connections, timers, watchers, threads. */
export class OpenHandles {
  readonly #work = new AsyncLocalStorage<true>();
  readonly #open = new Map<number, { readonly type: string; readonly resource: Handle }>();
  readonly #hook = createHook({
    init: (id, type, _trigger, resource) => {
      if (this.#work.getStore() === true && isHandle(resource)) {
        this.#open.set(id, { type, resource });
      }
    },
    destroy: (id) => void this.#open.delete(id),
  });

  /** Runs the work, and follows what it opens from now on. */
  async of<R>(work: () => Promise<R>): Promise<R> {
    this.#hook.enable();
    return this.#work.run(true, work);
  }

  /** The types of what is still open, as Node names them. */
  get types(): string[] {
    return [...this.#open.values()].flatMap(({ type, resource }) =>
      resource.hasRef() ? [type] : [],
    );
  }

  /** Follows nothing more. */
  end(): void {
    this.#hook.disable();
  }
}

function isHandle(resource: object): resource is Handle {
  return "hasRef" in resource && typeof resource.hasRef === "function";
}
