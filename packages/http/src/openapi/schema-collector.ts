import type { JsonObject, JsonValue, MethodDescription } from "@plinth/core";
import { documentSchema } from "@plinth/core/transport";
import {
  $ZodObject,
  $ZodRegistry,
  globalRegistry,
  safeParse,
  toJSONSchema,
  type $ZodType,
  type GlobalMeta,
} from "zod/v4/core";

type Schema = MethodDescription["input"];

/** The metadata of schemas, also for the copies that replace them in a document. */
class DocumentMetadata extends $ZodRegistry<GlobalMeta> {
  readonly #keepsNames: boolean;
  readonly #originals = new Map<$ZodType, $ZodType>();

  /**
   * @param keepsNames false for inputs: they are strict copies of named schemas, and zod would mix a copy
   *   with its original
   */
  constructor(keepsNames: boolean) {
    super();
    this.#keepsNames = keepsNames;
  }

  replaces(copy: $ZodType, original: $ZodType): void {
    this.#originals.set(copy, original);
  }

  override get<S extends $ZodType>(schema: S): ReturnType<$ZodRegistry<GlobalMeta, S>["get"]> {
    const metadata = globalRegistry.get(this.#originals.get(schema) ?? schema);
    if (metadata === undefined || this.#keepsNames) return metadata;
    return { ...metadata, id: undefined };
  }
}

/** Keywords that describe a value without limiting it. */
const descriptive: ReadonlySet<string> = new Set([
  "default",
  "deprecated",
  "description",
  "examples",
  "title",
]);

/** The parts of a definition that decide what may be absent. */
interface Parts {
  readonly type: string;
  readonly shape?: Readonly<Record<string, $ZodType>>;
  readonly valueType?: $ZodType;
  readonly items?: readonly $ZodType[];
  readonly rest?: $ZodType | null;
}

function acceptsUndefined(schema: $ZodType | undefined): boolean {
  try {
    return schema !== undefined && safeParse(schema, undefined).success;
  } catch {
    return false;
  }
}

/** The least number of items, as zod counts when it checks, not when it describes. */
function leastItems({ items = [], rest }: Parts): number {
  const mayBeAbsent = (item: $ZodType): boolean =>
    rest === null ? item._zod.optin !== undefined : acceptsUndefined(item);
  return items.findLastIndex((item) => !mayBeAbsent(item)) + 1;
}

function set(json: Record<string, unknown>, key: string, value: unknown): void {
  if (value === 0 || (Array.isArray(value) && value.length === 0)) delete json[key];
  else json[key] = value;
}

/** Corrects a JSON Schema that differs from what the zod schema accepts. */
function adjust(schema: $ZodType, json: Record<string, unknown>, side: "input" | "output"): void {
  const parts: Parts = schema._zod.def;
  // In OpenAPI, `readOnly` is a field that clients must not send. Authors say so with `.meta`.
  if (parts.type === "readonly" && globalRegistry.get(schema)?.["readOnly"] !== true) {
    delete json["readOnly"];
  }
  // The remaining intersections have sides that refuse each other's fields. zod would merge them, by the
  // identity of this list.
  if (parts.type === "intersection" && Array.isArray(json["allOf"])) {
    json["allOf"] = [...(json["allOf"] as unknown[])];
  }
  const required = Array.isArray(json["required"]) ? (json["required"] as string[]) : [];
  switch (parts.type) {
    case "object":
      // zod lists fields that it does not need, such as one with a `catch`.
      set(
        json,
        "required",
        required.filter((name) => parts.shape?.[name]?._zod.optin === undefined),
      );
      break;
    case "record":
      // A record does not require its names, only their values.
      if (acceptsUndefined(parts.valueType)) delete json["required"];
      break;
    case "tuple":
      set(json, "minItems", leastItems(parts));
      break;
    case "catch":
      if (side === "output") break;
      // Every value is accepted; an invalid one is replaced.
      for (const key of Object.keys(json)) if (!descriptive.has(key)) delete json[key];
      break;
    default:
  }
}

/** Fields as JSON Schemas, and the required ones. */
export interface FieldSchemas {
  readonly properties: Readonly<Record<string, JsonObject>>;
  readonly required: readonly string[];
}

const prefix = "#/components/schemas/";
const definitionsPrefix = "#/$defs/";

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keywords whose values are data without references. */
const dataKeywords: ReadonlySet<string> = new Set(["const", "default", "enum", "examples"]);

/**
 * The same schema with other references.
 *
 * @param isMap whether the keys are names of authors, not keywords
 */
function withReferences(
  value: JsonValue,
  rename: (name: string) => string,
  isMap = false,
): JsonValue {
  if (Array.isArray(value)) return value.map((each) => withReferences(each, rename));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]): [string, JsonValue] => {
    if (isMap) return [key, withReferences(each, rename)];
    if (dataKeywords.has(key)) return [key, each];
    if (key === "$ref" && typeof each === "string" && each.startsWith(definitionsPrefix)) {
      return [key, `${prefix}${rename(each.slice(definitionsPrefix.length))}`];
    }
    return [key, withReferences(each, rename, key === "properties")];
  });
  return Object.fromEntries(entries);
}

/**
 * Turns zod schemas into JSON Schemas of the values on the wire, and collects the schemas that others refer
 * to: recursive ones, and those named with `.meta({ id })`.
 */
export class SchemaCollector {
  readonly #schemas = new Map<string, JsonObject>();
  /** The names of authors, with the text of their schemas. */
  readonly #known = new Map<string, string>();

  /** All named schemas, in order of their names. */
  get schemas(): Readonly<Record<string, JsonObject>> {
    const entries = [...this.#schemas].toSorted(([left], [right]) => (left < right ? -1 : 1));
    return Object.fromEntries(entries);
  }

  /** Adds a schema under a name, and returns the reference to it. */
  add(name: string, schema: JsonObject): JsonObject {
    this.#schemas.set(name, schema);
    return { $ref: `${prefix}${name}` };
  }

  /** The schema behind a reference of this collector; any other schema is returned as it is. */
  resolve(schema: JsonObject): JsonObject {
    const { $ref: reference } = schema;
    if (typeof reference !== "string") return schema;
    return this.#schemas.get(reference.slice(prefix.length)) ?? schema;
  }

  /**
   * The JSON Schema of a schema.
   *
   * @param name prefix of names for inner schemas without a name; unique for each call
   * @param side an input is strict, and so differs from the schema that its author named
   */
  one(name: string, schema: Schema, side: "input" | "output"): JsonObject {
    return this.fields(name, { value: schema }, side).properties["value"] ?? {};
  }

  /** The JSON Schemas of fields; parameters as for {@link one}. */
  fields(
    name: string,
    fields: Readonly<Record<string, Schema>>,
    side: "input" | "output",
  ): FieldSchemas {
    // In an object, so that a reference to the root is named as well. The input side travels, for outputs
    // too: it is the outer side of codecs.
    const wrapper = new $ZodObject({ type: "object", shape: { ...fields } });
    const metadata = new DocumentMetadata(side === "output");
    const merged = documentSchema(wrapper, {
      keepsOthers: side === "output",
      made: (copy, original) => metadata.replaces(copy, original),
    });
    const made = toJSONSchema(merged, {
      io: "input",
      unrepresentable: "any",
      metadata,
      override: ({ zodSchema, jsonSchema }) => adjust(zodSchema, jsonSchema, side),
    });
    const { properties, required, $defs } = JSON.parse(JSON.stringify(made)) as JsonObject;
    const definitions = isObject($defs) ? $defs : {};
    const rename = (inner: string): string =>
      inner.startsWith("__")
        ? `${name}.${inner.replace(/^_+/, "")}`
        : this.#nameOf(name, inner, definitions[inner]);
    for (const [inner, definition] of Object.entries(definitions)) {
      if (isObject(definition)) {
        const { id: _id, ...rest } = definition;
        const renamed = rename(inner);
        if (this.#schemas.has(renamed)) continue;
        this.#schemas.set(renamed, withReferences(rest, rename) as JsonObject);
      }
    }
    return {
      properties: withReferences(
        isObject(properties) ? properties : {},
        rename,
        true,
      ) as FieldSchemas["properties"],
      required: (Array.isArray(required) ? required : []) as string[],
    };
  }

  /** An author's name is kept, unless another schema has it already. */
  #nameOf(name: string, inner: string, definition: JsonValue | undefined): string {
    const plain = inner.replaceAll(/[^A-Za-z0-9._-]/g, "_");
    const text = JSON.stringify(definition);
    const known = this.#known.get(plain) ?? text;
    this.#known.set(plain, known);
    return known === text ? plain : `${name}.${plain}`;
  }
}
