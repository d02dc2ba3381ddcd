import type { Random } from "./random.ts";

class Plain {
  name = "plain";
  a = 1;
}

class Inherited extends Plain {
  get computed(): string {
    return "computed";
  }
}

function sparse(): unknown[] {
  const list: unknown[] = ["a"];
  list.length = 3;
  return list;
}

function deep(levels: number): unknown {
  let made: unknown = "bottom";
  for (let level = 0; level < levels; level += 1) made = level % 2 === 0 ? [made] : { a: made };
  return made;
}

const scalars: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  0.1 + 0.2,
  1e21,
  5e-324,
  Number.MAX_SAFE_INTEGER + 1,
  Number.MAX_VALUE,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0n,
  2n ** 64n,
  Symbol("loose"),
  Symbol.iterator,
  "",
  " ",
  "a",
  "0",
  "true",
  "null",
  "__proto__",
  "constructor",
  "\0",
  "\uD800",
  "\uDC00\uD800",
  "😀",
  "👩‍👩‍👧‍👦",
  "é",
  "İ",
  "ß",
  "a\u2028b",
];

// Functions, as a check that changes a value would spoil it for the next.
const containers: readonly (() => unknown)[] = [
  () => ({}),
  () => [],
  () => [undefined],
  () => ({ undefined }),
  () => new Plain(),
  () => new Inherited(),
  () => Object.create(null) as unknown,
  () => Object.create({ a: 1, name: "inherited" }) as unknown,
  () => JSON.parse('{"__proto__":{"a":1},"a":1}') as unknown,
  () => JSON.parse('{"constructor":1,"toString":2,"hasOwnProperty":3}') as unknown,
  () => ({ [Symbol("key")]: 1, a: 1 }),
  () => Object.defineProperty({ a: 1 }, "hidden", { value: 1, enumerable: false }),
  () => Object.defineProperty({}, "a", { get: () => 1, enumerable: true }),
  () =>
    Object.defineProperty({}, "a", {
      get: () => {
        throw new Error("This getter throws.");
      },
      enumerable: true,
    }),
  () => new Proxy({ a: 1, name: "proxied" }, {}),
  () => new Proxy(["a"], {}),
  sparse,
  () => Object.assign(["a"], { extra: 1 }),
  () => ({ length: 1, 0: "a" }),
  () => Object.assign([], { length: 5 }),
  () => deep(50),
  () => deep(2_000),
  () => Object.freeze({ a: 1 }),
  () => new Date(0),
  () => new Date(Number.NaN),
  () => new Map([["a", 1]]),
  () => new Set(["a"]),
  () => new Uint8Array(2),
  () => /a/g,
  () => new String("a"),
  () => new Number(1),
  () => new Boolean(false),
  () => Promise.resolve(1),
  () => (): number => 1,
  () => new Error("an error"),
];

/** Any value, as a caller without types or with bad intent passes it. */
export function hostileValue(random: Random): unknown {
  return random.chance(0.5) ? random.pick(scalars) : random.pick(containers)();
}

/** The same fields in an object that is not a plain one. */
export function disguised(fields: Record<string, unknown>, random: Random): unknown {
  const { __proto__: own, ...rest } = fields;
  switch (random.below(7)) {
    case 0:
      return Object.assign(Object.create(null) as object, rest);
    case 1:
      return Object.assign(new Plain(), rest);
    case 2:
      return Object.create(rest) as unknown;
    case 3:
      return Object.defineProperty({ ...rest }, "__proto__", {
        value: own ?? { a: 1 },
        enumerable: true,
      });
    case 4:
      return new Proxy(rest, {});
    case 5: {
      const made = {};
      for (const [key, value] of Object.entries(rest)) {
        Object.defineProperty(made, key, { get: () => value, enumerable: random.chance(0.8) });
      }
      return made;
    }
    default:
      return { ...rest, [Symbol("key")]: 1 };
  }
}
