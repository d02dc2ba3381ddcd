import { rootContext } from "../context/create-context.ts";
import { currentContext } from "../context/current-context.ts";
import type { Definition } from "./definition.ts";

const instances = new WeakMap<object, Map<Definition, unknown>>();

/** What was made for the current request so far. `undefined` outside of any request. */
export function currentRequestInstances(): Map<Definition, unknown> | undefined {
  const context = currentContext();
  if (context === undefined) return undefined;
  // A call with a shorter deadline runs in a context of its own, but in the same request.
  const root = rootContext(context);
  const known = instances.get(root);
  if (known !== undefined) return known;
  const made = new Map<Definition, unknown>();
  instances.set(root, made);
  return made;
}
