import { listOf, objectOf, resolved, type Json } from "./open-api.ts";
import { fieldsOf, ownRefusals, type Side } from "./own-refusals.ts";

/** A place in a body, and the refusal there. */
export interface Refusal {
  /** Such as `items[].price`; empty for the whole body. */
  readonly field: string;
  readonly fault: string;
}

/** A schema, and the document that its references belong to. */
export interface Placed {
  readonly document: Json;
  readonly schema: unknown;
}

/** Parts of `allOf` count as one schema. If several have a keyword, the last one wins. */
function merged({ document, schema }: Placed): Json {
  const { allOf, ...own } = resolved(document, schema);
  const parts = listOf(allOf).map((part) => merged({ document, schema: part }));
  if (parts.length === 0) return own;
  const all = [own, ...parts];
  return {
    ...(Object.assign({}, ...all) as Json),
    properties: Object.assign({}, ...all.map((each) => objectOf(each["properties"]))) as Json,
    required: all.flatMap((each) => listOf(each["required"])),
  };
}

function choicesOf(schema: Json): readonly unknown[] | undefined {
  const choices = schema["anyOf"] ?? schema["oneOf"];
  return Array.isArray(choices) ? choices : undefined;
}

const words: Readonly<Record<Side, Readonly<Record<string, string>>>> = {
  input: {
    needed: "became required",
    missing: "is new and required",
    gone: "is not accepted any more",
    closed: "further fields are not accepted any more",
    nothing: "nothing is accepted any more",
    choice: "a choice is not accepted any more",
  },
  output: {
    needed: "may be absent now",
    missing: "is gone",
    gone: "is new",
    closed: "further fields may be there now",
    nothing: "is there now",
    choice: "a choice is new",
  },
};

/** Compares two schemas. It remembers the pairs that it compares, so that recursive schemas end. */
class Comparison {
  readonly #from: Json;
  readonly #to: Json;
  readonly #side: Side;
  readonly #met = new Set<string>();

  constructor(from: Json, to: Json, side: Side) {
    this.#from = from;
    this.#to = to;
    this.#side = side;
  }

  #say(what: string): string {
    return words[this.#side][what] ?? what;
  }

  compare(before: unknown, after: unknown, field: string): Refusal[] {
    if (after === true || after === undefined) return [];
    if (after === false) return before === false ? [] : [{ field, fault: this.#say("nothing") }];
    const [from, to] = [
      merged({ document: this.#from, schema: before }),
      merged({ document: this.#to, schema: after }),
    ];
    // The text of a pair, with its references, tells where a recursion closes.
    const key = JSON.stringify([before, after]);
    if (this.#met.has(key)) return [];
    this.#met.add(key);
    const refusals = this.#choices(from, to, field) ?? [
      ...ownRefusals(from, to, this.#side).map((fault) => ({ field, fault })),
      ...this.#fields(from, to, field),
      ...this.#items(from, to, field),
    ];
    // In another field, the same pair is another change.
    this.#met.delete(key);
    return refusals;
  }

  /**
   * Each choice of one schema has to fit a choice of the other; `undefined` if there are no choices.
   */
  #choices(from: Json, to: Json, field: string): Refusal[] | undefined {
    const after = choicesOf(to);
    const before = choicesOf(from);
    if (after === undefined && before === undefined) return undefined;
    return (before ?? [from]).flatMap((choice) => {
      const ways = (after ?? [to]).map((way) =>
        new Comparison(this.#from, this.#to, this.#side).#restarted(choice, way, field, this.#met),
      );
      if (ways.some((refusals) => refusals.length === 0)) return [];
      return ways.length === 1 ? (ways[0] ?? []) : [{ field, fault: this.#say("choice") }];
    });
  }

  #restarted(before: unknown, after: unknown, field: string, met: Iterable<string>): Refusal[] {
    for (const key of met) this.#met.add(key);
    return this.compare(before, after, field);
  }

  /** The items of a tuple by their place, then all further items. */
  #items(from: Json, to: Json, field: string): Refusal[] {
    const [before, after] = [listOf(from["prefixItems"]), listOf(to["prefixItems"])];
    const most = typeof from["maxItems"] === "number" ? from["maxItems"] : Number.POSITIVE_INFINITY;
    const refusals: Refusal[] = [];
    const placed = Math.max(before.length, after.length);
    for (let index = 0; index < Math.min(placed, most); index += 1) {
      const was = index < before.length ? before[index] : (from["items"] ?? {});
      const is = index < after.length ? after[index] : to["items"];
      refusals.push(...this.compare(was, is, `${field}[${index}]`));
    }
    if (placed < most) {
      refusals.push(...this.compare(from["items"] ?? {}, to["items"], `${field}[]`));
    }
    return refusals;
  }

  /** The names of a record have their own schema. */
  #names(from: Json, to: Json, field: string): Refusal[] {
    const isOpen = from["additionalProperties"] !== false;
    if (to["propertyNames"] === undefined || !isOpen) return [];
    return this.compare(from["propertyNames"] ?? { type: "string" }, to["propertyNames"], field);
  }

  #fields(from: Json, to: Json, field: string): Refusal[] {
    const [before, after] = [fieldsOf(from), fieldsOf(to)];
    const place = (name: string): string => (field === "" ? name : `${field}.${name}`);
    const refusals: Refusal[] = [];
    for (const name of after.required) {
      if (before.required.has(name)) continue;
      const fault = this.#say(Object.hasOwn(before.properties, name) ? "needed" : "missing");
      refusals.push({ field: place(name), fault });
    }
    const others = to["additionalProperties"];
    for (const [name, schema] of Object.entries(before.properties)) {
      if (Object.hasOwn(after.properties, name)) {
        refusals.push(...this.compare(schema, after.properties[name], place(name)));
      } else if (others === false) {
        refusals.push({ field: place(name), fault: this.#say("gone") });
      } else {
        refusals.push(...this.compare(schema, others, place(name)));
      }
    }
    const wasOpen = from["additionalProperties"] !== false;
    if (!wasOpen) return refusals;
    const further = from["additionalProperties"] ?? {};
    if (others === false) refusals.push({ field, fault: this.#say("closed") });
    else refusals.push(...this.compare(further, others, place("*")));
    // In a document all outputs are open, so that fields can be added. No service sends undeclared ones.
    if (this.#side === "input" || typeof from["additionalProperties"] === "object") {
      const added = Object.entries(after.properties).filter(
        ([name]) => !Object.hasOwn(before.properties, name),
      );
      for (const [name, schema] of added) {
        refusals.push(...this.compare(further, schema, place(name)));
      }
    }
    refusals.push(...this.#names(from, to, place("*")));
    return refusals;
  }
}

/**
 * The values that the schema `from` accepts and the schema `to` refuses, by field.
 *
 * @param side for an output, `from` is the new schema and `to` the old one
 */
export function schemaRefusals(from: Placed, to: Placed, side: Side): Refusal[] {
  return new Comparison(from.document, to.document, side).compare(from.schema, to.schema, "");
}
