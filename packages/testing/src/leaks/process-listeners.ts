import { captureOrigin, framesOf, isInstalled } from "./capture-origin.ts";
import { mayOutliveTest } from "./outlives-test.ts";

type Listener = (...values: never[]) => void;

/** A listener that was added to the process and not removed. */
export interface LeftListener {
  readonly event: string;
  readonly frames: readonly string[];
}

/** Tracks the listeners that are added to `process`. */
export class ProcessListeners {
  readonly #added: { event: string | symbol; listener: Listener; origin: Error }[] = [];
  readonly #note = (event: string | symbol, listener: Listener): void => {
    if (!mayOutliveTest()) this.#added.push({ event, listener, origin: captureOrigin() });
  };

  constructor() {
    process.on("newListener", this.#note);
  }

  stop(): void {
    process.off("newListener", this.#note);
  }

  /** The remaining listeners. Those of libraries stay for good: only those of the tests' own code count. */
  left(): LeftListener[] {
    return this.#added.flatMap(({ event, listener, origin }) => {
      const present = process.listeners(event as NodeJS.Signals) as Listener[];
      const frames = framesOf(origin);
      const [first] = frames;
      return present.includes(listener) && first !== undefined && !isInstalled(first)
        ? [{ event: String(event), frames }]
        : [];
    });
  }
}
