import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { describeContract, method, Service, type MethodDefinition } from "../src/contract/index.ts";

const day = z.codec(z.iso.date(), z.date(), {
  decode: (text) => new Date(`${text}T00:00:00Z`),
  encode: (date) => date.toISOString().slice(0, 10),
});
const input = z.object({ name: z.string().min(1), tags: z.array(z.string()).default([]) });
const output = z.object({ thingId: z.string(), made: day });

test("examples are copied in the form that JSON carries", () => {
  const tags = ["a"];
  abstract class Things extends Service("things", {
    createThing: method({
      http: "POST /things",
      input,
      output,
      examples: {
        plain: { input: { name: "Lamp" } },
        tagged: {
          summary: "With tags",
          input: { name: "Lamp", tags },
          output: { thingId: "1", made: "2024-02-29" },
        },
      },
    }),
    other: method({ http: "GET /things", input: z.object({}), output: z.void() }),
  }) {}
  tags.push("later");
  const [createThing, other] = describeContract(Things).methods;
  expect(createThing?.examples).toEqual({
    plain: { input: { name: "Lamp" } },
    tagged: {
      summary: "With tags",
      input: { name: "Lamp", tags: ["a"] },
      output: { thingId: "1", made: "2024-02-29" },
    },
  });
  expect(other?.examples).toEqual({});
});

test("an example that its schemas refuse is a fault of the declaration", () => {
  const lying = {
    http: "POST /things",
    input,
    output,
    examples: {
      one: { input: { name: "", extra: 1 }, output: { thingId: "1", made: "today" } },
      two: { input: { name: "x" }, output: { thingId: "1", made: "2024-02-29", secret: "s" } },
    },
  } as const;
  expect(() =>
    Service("things", {
      createThing: method(lying),
      removeThing: method({
        http: "DELETE /things",
        input: z.object({}),
        output: z.void(),
        examples: { gone: { input: {}, output: "gone" as never } },
      }),
    }),
  ).toThrowErrorMatchingInlineSnapshot(`
    [DeclarationError: The contract "things" is not valid:
      - createThing: The input of the example "one" is not valid: name: Too small: expected string to have >=1 characters; extra: Unknown field.
      - createThing: The output of the example "one" is not valid: made: Invalid ISO date.
      - createThing: The output of the example "two" is not valid: secret: Unknown field.
      - removeThing: The example "gone" shows an output, and there is none.]
  `);
});

test("examples have the types of the outer forms", () => {
  type Examples = NonNullable<MethodDefinition<typeof input, typeof output>["examples"]>;
  expectTypeOf<Examples[string]["input"]>().toEqualTypeOf<z.input<typeof input>>();
  expectTypeOf<Examples[string]["output"]>().toEqualTypeOf<
    { thingId: string; made: string } | undefined
  >();
});
