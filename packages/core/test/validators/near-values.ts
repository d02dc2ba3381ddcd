import { safeParse, type $ZodType, type $ZodTypes } from "zod/v4/core";
import { disguised, hostileValue } from "./hostile-values.ts";
import type { Random } from "./random.ts";
import { textSamples } from "./text-samples.ts";

/** How to make a value. */
export interface Making {
  readonly random: Random;
  /** How often a part is replaced by a hostile value, left out or disguised: 0 to 1. */
  readonly mischief: number;
  /** Texts that the schema accepts and that cannot be guessed. */
  readonly texts: readonly string[];
}

interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly steps: readonly number[];
}

interface CheckDefinition {
  readonly check: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly value?: unknown;
  readonly format?: string;
}

function checksOf(schema: $ZodType): readonly CheckDefinition[] {
  const definition = schema._zod.def as unknown as CheckDefinition & {
    readonly checks?: readonly { readonly _zod: { readonly def: unknown } }[];
  };
  const own = definition.check === undefined ? [] : [definition];
  return [...own, ...(definition.checks ?? []).map((each) => each._zod.def as CheckDefinition)];
}

function lengthsOf(schema: $ZodType): Bounds {
  let low = 0;
  let high = 4;
  for (const { check, minimum, maximum, length } of checksOf(schema)) {
    if (check === "min_length") low = Math.max(low, minimum ?? 0);
    if (check === "max_length") high = maximum ?? high;
    if (check === "length_equals") low = high = length ?? 0;
  }
  high = Math.max(low, Math.min(high, low + 300));
  return { low, high, steps: [] };
}

/** A length, most often close to a bound; sometimes just outside of it. */
function near({ low, high }: Bounds, { random, mischief }: Making): number {
  if (random.chance(mischief)) return Math.max(0, random.pick([low - 1, high + 1]));
  return random.pick([low, high, Math.min(high, low + 1), Math.min(high, low + random.below(6))]);
}

// Of one unit, of two, combined, and half of one: lengths count code points.
const letters = ["a", "b", "Z", "0", " ", "é", "😀", "𝒳", "\u0301"];

const fitting = new WeakMap<$ZodType, readonly string[]>();

/** The known texts that a schema accepts; none if it accepts most texts. */
function textsFor(schema: $ZodType, texts: readonly string[]): readonly string[] {
  const known = fitting.get(schema);
  if (known !== undefined) return known;
  const isBounded = checksOf(schema).some(({ check }) => check === "string_format");
  const candidates = isBounded ? [...texts, ...Object.values(textSamples).flat()] : [];
  const found = candidates.filter((text) => safeParse(schema, text).success);
  fitting.set(schema, found);
  return found;
}

function textOf(schema: $ZodType, making: Making): unknown {
  const { random, mischief, texts } = making;
  const formats = checksOf(schema).flatMap(({ format }) => (format === undefined ? [] : [format]));
  const known = formats.flatMap((format) => textSamples[format] ?? []);
  const right = textsFor(schema, texts);
  if (right.length > 0 && !random.chance(mischief)) return random.pick(right);
  if (known.length > 0 && random.chance(0.5)) return random.pick(known);
  if (random.chance(mischief)) return random.pick(Object.values(textSamples).flat());
  const alphabet = random.chance(0.5) ? letters.slice(0, 4) : letters;
  let text = "";
  for (let left = near(lengthsOf(schema), making); left > 0; left -= 1)
    text += random.pick(alphabet);
  return random.chance(mischief / 4) ? `${text}\uD83D` : text;
}

function numberOf(schema: $ZodType, { random, mischief }: Making): number {
  let low = -10;
  let high = 10;
  let step = 0;
  let isWhole = false;
  for (const { check, value, format } of checksOf(schema)) {
    if (check === "greater_than") low = Number(value);
    if (check === "less_than") high = Number(value);
    if (check === "multiple_of") step = Number(value);
    if (check === "number_format") isWhole = format !== "float32" && format !== "float64";
  }
  if (high < low) high = low + 20;
  const about = random.pick([low, high, (low + high) / 2, 0, low + random.next() * (high - low)]);
  const exact = step === 0 ? about : Math.round(about / step) * step;
  if (random.chance(mischief))
    return exact + random.pick([-1, 1, 0.5, step / 2, 1e-9, 2 ** 31, 2 ** 53]);
  return isWhole ? Math.round(exact) : random.pick([exact, exact + step, -0]);
}

function objectOf(
  shape: Readonly<Record<PropertyKey, $ZodType>>,
  catchall: $ZodType | undefined,
  making: Making,
): unknown {
  const { random, mischief } = making;
  const made: Record<PropertyKey, unknown> = {};
  const keys = Reflect.ownKeys(shape);
  if (random.chance(0.1)) keys.reverse();
  for (const key of keys) {
    const field = shape[key]!;
    if (random.chance(mischief / 2)) continue;
    // Optional fields are often left out.
    if (field._zod.optin !== undefined && random.chance(0.4)) {
      if (random.chance(0.3)) made[key] = undefined;
      continue;
    }
    define(made, key, nearValue(field, making));
  }
  const extra = catchall !== undefined || random.chance(mischief);
  for (let left = extra ? random.below(3) : 0; left > 0; left -= 1) {
    const key = random.pick(["extra", "more", "__proto__", "constructor", "toString", "0", "then"]);
    define(made, key, catchall === undefined ? 1 : nearValue(catchall, making));
  }
  return random.chance(mischief / 3) ? disguised(made, random) : made;
}

/** Sets a key as data, even `__proto__`. */
function define(owner: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(owner, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function listOf(count: number, make: (index: number) => unknown, making: Making): unknown[] {
  const made = Array.from({ length: count }, (_, index) => make(index));
  if (count > 0 && making.random.chance(making.mischief / 4))
    Reflect.deleteProperty(made, making.random.below(count));
  return made;
}

/** Two values as one, as an intersection needs it. */
function both(left: unknown, right: unknown): unknown {
  const areObjects = [left, right].every((each) => typeof each === "object" && each !== null);
  if (!areObjects || Array.isArray(left)) return left;
  try {
    return { ...(left as object), ...(right as object) };
  } catch {
    // A getter that throws.
    return right;
  }
}

/** A value that a schema accepts, or nearly accepts. */
export function nearValue(schema: $ZodType, making: Making): unknown {
  const { random, mischief } = making;
  if (random.chance(mischief / 2)) return hostileValue(random);
  const definition = (schema as $ZodTypes)._zod.def;
  switch (definition.type) {
    case "string":
      return textOf(schema, making);
    case "template_literal":
      return random.pick([...making.texts, "a"]);
    case "number":
      return numberOf(schema, making);
    case "bigint":
      return BigInt(Math.round(numberOf(schema, { ...making, mischief: 0 })));
    case "boolean":
      return random.chance(0.5);
    case "date":
      return new Date(random.pick([0, 1e12, Date.UTC(2020, 0), Number.NaN]));
    case "nan":
      return Number.NaN;
    case "null":
      return null;
    case "undefined":
    case "void":
      return undefined;
    case "any":
    case "unknown":
      return hostileValue(random);
    case "enum":
      return random.pick(Object.values(definition.entries));
    case "literal":
      return random.pick(definition.values);
    case "object":
      return objectOf(definition.shape, definition.catchall, making);
    case "array":
      return listOf(
        Math.min(near(lengthsOf(schema), making), 20),
        () => nearValue(definition.element, making),
        making,
      );
    case "tuple": {
      const { items, rest } = definition;
      const more = rest === null ? 0 : random.below(3);
      const cut = random.chance(0.3) ? random.below(items.length + 1) : 0;
      const length = items.length + more - cut + (random.chance(mischief) ? 1 : 0);
      return listOf(
        length,
        (index) =>
          nearValue(items[index] ?? rest ?? schema, {
            ...making,
            mischief: items[index] ? mischief : 1,
          }),
        making,
      );
    }
    case "record": {
      const keys = definition.keyType._zod.values;
      const named =
        keys === undefined
          ? undefined
          : Object.fromEntries([...keys].map((key) => [key, definition.valueType]));
      if (named !== undefined)
        return objectOf(named as Record<string, $ZodType>, undefined, making);
      const made = {};
      for (let left = random.below(4); left > 0; left -= 1) {
        const key = nearValue(definition.keyType, making);
        const name = ["string", "number", "symbol"].includes(typeof key)
          ? (key as PropertyKey)
          : "k";
        define(made, name, nearValue(definition.valueType, making));
      }
      return random.chance(mischief / 3) ? disguised(made, random) : made;
    }
    case "union":
      return nearValue(random.pick(definition.options), making);
    case "intersection":
      return both(nearValue(definition.left, making), nearValue(definition.right, making));
    case "optional":
    case "default":
    case "prefault":
      return random.chance(0.2) ? undefined : nearValue(definition.innerType, making);
    case "nullable":
      return random.chance(0.2) ? null : nearValue(definition.innerType, making);
    case "nonoptional":
    case "readonly":
    case "catch":
      return nearValue(definition.innerType, making);
    case "pipe":
      return nearValue(definition.in, making);
    default:
      return hostileValue(random);
  }
}
