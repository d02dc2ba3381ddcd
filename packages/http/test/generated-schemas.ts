import { z } from "zod";
import type { Random } from "../../core/test/validators/random.ts";

/** A schema, and JSON values most of which fit it. */
export interface Generated {
  readonly schema: z.ZodType;
  readonly sample: () => unknown;
}

interface GeneratedObject extends Generated {
  readonly sample: () => Record<string, unknown>;
}

const others: readonly unknown[] = [null, "", "abc", 0, -1, 1.5, 7, true, [], ["a"], {}, { x: 1 }];
const names = ["a", "b", "c", "d", "e", "constructor", "with space"];

function parsed(schema: z.ZodType, value: unknown): z.ZodSafeParseResult<unknown> {
  try {
    return schema.safeParse(value);
  } catch {
    // The sides of an intersection made two things of one value.
    return z.never().safeParse(value);
  }
}

/** Makes schemas of every kind that a contract can have, and what may fit them. */
export class SchemaGenerator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A schema of an input, which most often is an object. */
  whole(): Generated {
    return this.#random.chance(0.6) ? this.#intersection(3) : this.#any(3);
  }

  /** A value that was spoilt in some place, or not. */
  spoilt(value: unknown): unknown {
    const random = this.#random;
    if (random.chance(0.5)) return value;
    if (typeof value !== "object" || value === null || random.chance(0.15)) {
      return random.pick(others);
    }
    if (Array.isArray(value)) {
      const items = value.map((item) =>
        random.chance(0.4) ? this.spoilt(item) : (item as unknown),
      );
      return random.chance(0.3) ? [...items, random.pick(others)] : items;
    }
    const entries = Object.entries(value).flatMap(([name, inner]) => {
      if (random.chance(0.15)) return [];
      return [[name, random.chance(0.3) ? this.spoilt(inner) : (inner as unknown)]];
    });
    if (random.chance(0.25))
      entries.push([random.pick([...names, "x1", "unknown"]), random.pick(others)]);
    return Object.fromEntries(entries) as unknown;
  }

  #any(depth: number): Generated {
    const random = this.#random;
    const kinds =
      depth <= 0
        ? [this.#scalar]
        : [
            this.#scalar,
            this.#scalar,
            this.#list,
            this.#tuple,
            this.#object,
            this.#record,
            this.#union,
            this.#discriminated,
            this.#intersection,
            this.#tree,
          ];
    return this.#decorated(random.pick(kinds).call(this, depth - 1));
  }

  /** Wrapped in what changes nothing, or lets `null` pass. */
  #decorated({ schema, sample }: Generated): Generated {
    switch (this.#random.below(8)) {
      case 0:
        return { schema: schema.describe("described"), sample };
      case 1:
        return { schema: schema.meta({ title: "titled" }), sample };
      case 2:
        return { schema: schema.readonly(), sample };
      case 3:
        return { schema: z.lazy(() => schema), sample };
      case 4:
        return {
          schema: schema.nullable(),
          sample: () => (this.#random.chance(0.3) ? null : sample()),
        };
      default:
        return { schema, sample };
    }
  }

  #scalar(): Generated {
    const random = this.#random;
    const text = (): string => random.pick(["", "a", "ab", "abc", "k1", "k12"]);
    const number = (): number => random.pick([-2, 0, 1, 2.5, 3, 9]);
    return random.pick<() => Generated>([
      () => ({ schema: z.string(), sample: text }),
      () => ({ schema: z.string().min(1).max(2), sample: text }),
      () => ({ schema: z.string().regex(/^k[0-9]+$/), sample: text }),
      () => ({ schema: z.number(), sample: number }),
      () => ({ schema: z.int().min(0).lt(9), sample: number }),
      () => ({ schema: z.boolean(), sample: () => random.chance(0.5) }),
      () => ({ schema: z.null(), sample: () => null }),
      () => ({ schema: z.enum(["a", "b"]), sample: text }),
      () => ({ schema: z.literal([1, "a", null]), sample: () => random.pick([1, "a", null]) }),
      () => ({ schema: z.any(), sample: text }),
      () => ({ schema: z.unknown(), sample: number }),
      () => ({ schema: z.templateLiteral(["k", z.int()]), sample: text }),
      () => ({ schema: z.number().catch(3), sample: text }),
    ])();
  }

  #list(depth: number): Generated {
    const inner = this.#any(depth);
    const schema = this.#random.chance(0.5)
      ? z.array(inner.schema)
      : z.array(inner.schema).min(1).max(2);
    return { schema, sample: () => this.#times(inner.sample) };
  }

  #times(sample: () => unknown): unknown[] {
    return Array.from({ length: this.#random.below(4) }, sample);
  }

  #tuple(depth: number): Generated {
    const [first, second, rest] = [this.#any(depth), this.#any(depth), this.#any(depth)];
    return this.#random.chance(0.5)
      ? {
          schema: z.tuple([first.schema, second.schema.optional()]),
          sample: () =>
            this.#random.chance(0.4) ? [first.sample()] : [first.sample(), second.sample()],
        }
      : {
          schema: z.tuple([first.schema], rest.schema),
          sample: () => [first.sample(), ...this.#times(rest.sample)],
        };
  }

  #object(depth: number, own: readonly string[] = names): GeneratedObject {
    const random = this.#random;
    const shape: Record<string, z.ZodType> = {};
    const samples: [string, () => unknown][] = [];
    for (const name of own.filter(() => random.chance(0.5))) {
      const { schema, sample } = this.#any(depth);
      const valid = parsed(schema, sample());
      shape[name] = random.pick<() => z.ZodType>([
        () => schema,
        () => schema,
        () => schema.optional(),
        () =>
          valid.success && valid.data !== undefined ? schema.default(valid.data as never) : schema,
        () => (valid.success ? schema.prefault(valid.data as never) : schema),
      ])();
      // What every object has by that name would count as given.
      if (name === "constructor") shape[name] = schema;
      samples.push([name, sample]);
    }
    const sample = (): Record<string, unknown> =>
      Object.fromEntries(
        samples
          .filter(([name]) => shape[name]?._zod.optin === undefined || random.chance(0.7))
          .map(([name, make]) => [name, make()]),
      );
    const schema = random.pick<() => z.ZodType>([
      () => z.object(shape),
      () => z.object(shape),
      () => z.strictObject(shape),
      () => z.looseObject(shape),
      () => z.object(shape).catchall(z.number()),
    ])();
    return { schema, sample };
  }

  #record(depth: number): GeneratedObject {
    const inner = this.#any(depth);
    const keys = this.#random.pick<[z.ZodType, readonly string[]]>([
      [z.record(z.string(), inner.schema), ["r1", "k2", "a"]],
      [z.record(z.enum(["r1", "r2"]), inner.schema), ["r1", "r2"]],
      [z.partialRecord(z.enum(["r1", "r2"]), inner.schema), ["r1", "r2"]],
      [z.record(z.string().regex(/^k[0-9]$/), inner.schema), ["k1", "k2"]],
      [z.record(z.string().max(2), inner.schema), ["k1", "k2"]],
    ]);
    const isWhole = this.#random.chance(0.7);
    return {
      schema: keys[0],
      sample: () =>
        Object.fromEntries(
          keys[1]
            .filter(() => isWhole || this.#random.chance(0.6))
            .map((name) => [name, inner.sample()]),
        ),
    };
  }

  #union(depth: number): Generated {
    const options = [this.#any(depth), this.#any(depth), this.#any(depth)];
    return {
      schema: z.union(options.map(({ schema }) => schema)),
      sample: () => this.#random.pick(options).sample(),
    };
  }

  #discriminated(depth: number): GeneratedObject {
    const [a, b] = [this.#any(depth), this.#any(depth)];
    return {
      schema: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("a"), one: a.schema }),
        z.object({ kind: z.literal("b"), two: b.schema.optional() }),
      ]),
      sample: () =>
        this.#random.chance(0.5) ? { kind: "a", one: a.sample() } : { kind: "b", two: b.sample() },
    };
  }

  /** Of objects whose fields differ, as it happens where contracts are put together. */
  #intersection(depth: number): GeneratedObject {
    const random = this.#random;
    const kinds = [
      () => this.#object(depth - 1, ["a", "b"]),
      () => this.#object(depth - 1, ["c", "d"]),
      () => this.#object(depth - 1, ["b", "e"]),
      () => this.#discriminated(depth - 1),
      () => this.#record(depth - 1),
    ];
    const sides = Array.from({ length: 2 + random.below(2) }, () => random.pick(kinds)());
    const wrapped = sides.map(({ schema }) => {
      switch (random.below(6)) {
        case 0:
          return schema.describe("a side");
        case 1:
          return schema.readonly();
        case 2:
          return z.lazy(() => schema);
        case 3:
          return schema.meta({ examples: [] });
        default:
          return schema;
      }
    });
    const schema = wrapped.reduce((left, right) => z.intersection(left, right));
    return {
      schema,
      sample: () =>
        Object.assign({}, ...sides.map((side) => side.sample())) as Record<string, unknown>,
    };
  }

  #tree(depth: number): Generated {
    const inner = this.#any(depth);
    const Node: z.ZodType = z.object({
      value: inner.schema,
      get next() {
        return Node.optional();
      },
      get list() {
        return z.array(Node).optional();
      },
    });
    const sample = (): unknown => ({
      value: inner.sample(),
      ...(this.#random.chance(0.4) ? { next: sample() } : {}),
      ...(this.#random.chance(0.3) ? { list: [sample()] } : {}),
    });
    if (this.#random.chance(0.5)) return { schema: Node, sample };
    const extra = z.object({ extra: z.string().optional() });
    return { schema: Node.and(extra), sample };
  }
}
