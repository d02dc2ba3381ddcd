import { listOf, objectOf, type Json } from "./open-api.ts";

/**
 * The use of a schema. An input breaks if the new schema refuses values of the old one; an output breaks if
 * the old schema, which callers know, refuses values of the new one.
 */
export type Side = "input" | "output";

/** A change in order of time: outputs are compared from the new schema to the old one. */
function became(side: Side, what: string, from: string | number, to: string | number): string {
  return side === "input" ? `${what} ${from} became ${to}` : `${what} ${to} became ${from}`;
}

/** Limits that become stricter when they grow (up) or shrink (down). */
const limits: readonly { readonly keyword: string; readonly stricter: "up" | "down" }[] = [
  { keyword: "minimum", stricter: "up" },
  { keyword: "exclusiveMinimum", stricter: "up" },
  { keyword: "minLength", stricter: "up" },
  { keyword: "minItems", stricter: "up" },
  { keyword: "minProperties", stricter: "up" },
  { keyword: "maximum", stricter: "down" },
  { keyword: "exclusiveMaximum", stricter: "down" },
  { keyword: "maxLength", stricter: "down" },
  { keyword: "maxItems", stricter: "down" },
  { keyword: "maxProperties", stricter: "down" },
];

/** The types of a schema; `undefined` if it names none, and so accepts all. */
function typesOf(schema: Json): readonly string[] | undefined {
  const { type } = schema;
  if (typeof type === "string") return [type];
  return Array.isArray(type) ? type.map(String) : undefined;
}

/** The values of a schema; `undefined` if it lists none. */
function valuesOf(schema: Json): readonly string[] | undefined {
  if ("const" in schema) return [JSON.stringify(schema["const"])];
  return Array.isArray(schema["enum"])
    ? listOf(schema["enum"]).map((value) => JSON.stringify(value))
    : undefined;
}

function typeRefusals(from: Json, to: Json, side: Side): string[] {
  const after = typesOf(to);
  if (after === undefined) return [];
  // Listed values are compared one by one.
  const before = typesOf(from) ?? (valuesOf(from) === undefined ? ["anything"] : []);
  const lost = before.filter(
    (type) => !after.includes(type) && !(type === "integer" && after.includes("number")),
  );
  return lost.length === 0 ? [] : [became(side, "type", before.join(" or "), after.join(" or "))];
}

function valueRefusals(from: Json, to: Json, side: Side): string[] {
  const after = valuesOf(to);
  if (after === undefined) return [];
  const before = valuesOf(from);
  if (before === undefined) return [became(side, "the choice of", "any value", after.join(", "))];
  const lost = before.filter((value) => !after.includes(value));
  return lost.length === 0
    ? []
    : [`the value ${lost.join(", ")} is ${side === "input" ? "gone" : "new"}`];
}

function limitRefusals(from: Json, to: Json, side: Side): string[] {
  return limits.flatMap(({ keyword, stricter }) => {
    const [before, after] = [from[keyword], to[keyword]];
    if (typeof after !== "number" || (keyword === "minLength" && after === 0)) return [];
    if (typeof before === "number" && (stricter === "up" ? after <= before : after >= before)) {
      return [];
    }
    return [became(side, keyword, typeof before === "number" ? before : "none", after)];
  });
}

/** Rules that are equal or not, but cannot be compared further. */
function ruleRefusals(from: Json, to: Json, side: Side): string[] {
  const added = side === "input" ? "added" : "removed";
  const rules = ["pattern", "format", "multipleOf", "uniqueItems", "not"];
  return rules
    .filter((rule) => rule in to && JSON.stringify(from[rule]) !== JSON.stringify(to[rule]))
    .map((rule) => `${rule} ${rule in from ? "has changed" : `was ${added}`}`);
}

/**
 * The values that `from` accepts and `to` refuses, in words, without looking at fields and items.
 */
export function ownRefusals(from: Json, to: Json, side: Side): string[] {
  const ofType = typeRefusals(from, to, side);
  // The limits of another type would repeat it.
  if (ofType.length > 0) return ofType;
  return [
    ...valueRefusals(from, to, side),
    ...limitRefusals(from, to, side),
    ...ruleRefusals(from, to, side),
  ];
}

/** The fields of an object schema, and the required ones. */
export function fieldsOf(schema: Json): { properties: Json; required: ReadonlySet<string> } {
  return {
    properties: objectOf(schema["properties"]),
    required: new Set(listOf(schema["required"]).map(String)),
  };
}
