import { randomUUID } from "node:crypto";
import * as fc from "fast-check";

/** Stands for something that an earlier answer gave; of letters that no encoding changes. */
export function seenMark(name: string): fc.Arbitrary<string> {
  return fc.nat({ max: 999 }).map((number) => `seen-${name}-${number}`);
}

const kept = 50;

/** The ids, keys, cursors and tags of answers, for later requests. */
export class Seen {
  readonly #values = new Map<string, string[]>();

  /** Takes what a body, however deep, says about ids. */
  learn(value: unknown, name = ""): void {
    if (typeof value === "object" && value !== null) {
      for (const [key, each] of Object.entries(value)) this.learn(each, key);
    } else if (typeof value === "string" && /Id$|^(?:key|cursor|etag)$/.test(name)) {
      const values = this.#valuesOf(name);
      values.push(value);
      if (values.length > kept) values.shift();
    }
  }

  /** Puts something seen in the place of each mark; a new id where nothing was seen yet. */
  fill(text: string, encode: (value: string) => string): string {
    return text.replaceAll(/seen-([A-Za-z]+)-(\d+)/g, (_mark, name: string, number: string) => {
      const values = this.#valuesOf(name);
      return encode(values[Number(number) % values.length] ?? randomUUID());
    });
  }

  #valuesOf(name: string): string[] {
    // Who owns an account is a user.
    const kind = name === "ownerId" ? "userId" : name;
    const values = this.#values.get(kind) ?? [];
    this.#values.set(kind, values);
    return values;
  }
}
