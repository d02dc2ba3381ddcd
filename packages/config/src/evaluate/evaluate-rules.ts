import type { ConfigFault } from "../model/config-error.ts";
import type { ConfigRule } from "../model/config-rule.ts";
import type { RawValue } from "../model/config-source.ts";
import { describeExpected } from "../schema/expected.ts";
import type { Field } from "../schema/field.ts";
import { describeThrown, showValue } from "./evaluate-field.ts";

const undecided = Symbol("undecided");

/** Applies the rules to the valid fields. A rule that reads a faulty one is skipped. */
export function evaluateRules(
  rules: readonly ConfigRule<never>[],
  fields: ReadonlyMap<string, Field>,
  values: Readonly<Record<string, unknown>>,
  raws: ReadonlyMap<string, RawValue>,
): ConfigFault[] {
  return rules.flatMap((rule): ConfigFault[] => {
    const field = fields.get(rule.field);
    if (field === undefined) return [];
    const read = new Set<string>();
    const raw = raws.get(rule.field);
    try {
      if (!isBroken(rule, values, fields, read)) return [];
    } catch (error) {
      const isHidden = [field.name, ...read].some((name) => fields.get(name)?.isHidden !== false);
      return [
        {
          field: field.name,
          variable: raw?.variable ?? field.variable,
          source: raw?.source ?? { kind: "none" },
          expected: "a rule that judges the values",
          problem: `its rule threw ${describeThrown(error, isHidden)} instead of answering.`,
        },
      ];
    }
    const because = [...read]
      .filter((name) => name !== rule.field)
      .map((name) => whyText(fields.get(name), values[name], raws.get(name)));
    const reason = because.length === 0 ? "" : `, needed because ${because.join(" and ")}`;
    const expected = rule.expected ?? describeExpected(field.schema) + reason;
    return [
      {
        field: field.name,
        variable: raw?.variable ?? field.variable,
        source: raw?.source ?? { kind: "none" },
        expected,
        ...(raw === undefined && rule.kind === "missing"
          ? {}
          : { value: showValue(field, raw?.value ?? values[rule.field], raw?.source) }),
      },
    ];
  });
}

function whyText(field: Field | undefined, value: unknown, raw: RawValue | undefined): string {
  if (field === undefined) return "of another field";
  return `${raw?.variable ?? field.variable} is ${showValue(field, value, raw?.source)}`;
}

function isBroken(
  rule: ConfigRule<never>,
  values: Readonly<Record<string, unknown>>,
  fields: ReadonlyMap<string, Field>,
  read: Set<string>,
): boolean {
  const watched = new Proxy(values, {
    get(target, name) {
      if (typeof name !== "string" || !fields.has(name)) return undefined;
      if (!Object.hasOwn(target, name)) throw undecided;
      read.add(name);
      return target[name];
    },
  });
  try {
    return rule.isBroken(watched as never);
  } catch (error) {
    if (error === undecided) return false;
    throw error;
  }
}
