import { currentContext } from "../context/index.ts";
import type { Definition } from "./definition.ts";

const instances = new WeakMap<object, Map<Definition, unknown>>();

/** What was made for the current request so far. `undefined` outside of any request. */
export function currentRequestInstances(): Map<Definition, unknown> | undefined {
  const context = currentContext();
  if (context === undefined) return undefined;
  const known = instances.get(context);
  if (known !== undefined) return known;
  const made = new Map<Definition, unknown>();
  instances.set(context, made);
  return made;
}
