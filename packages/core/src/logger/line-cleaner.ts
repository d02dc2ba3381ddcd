import type { JsonValue } from "../errors/json.ts";
import { boundedText, redactText } from "../redaction/redact-text.ts";
import { addFields } from "../redaction/sanitize.ts";
import type { SecretKeyTest } from "../redaction/secret-keys.ts";
import { secretNeedles } from "../redaction/secret-values.ts";
import { newWalk, type Draft } from "../redaction/walk.ts";

/** Fields that are safe to show and sure to serialize; undefined ones are not written. */
export type CleanFields = Record<string, JsonValue | undefined>;

/** Keys that the logger itself writes: a field of the same name would forge or garble the line. */
const always: readonly string[] = ["level", "time", "message", "service", "environment"];
/** Keys that the logger writes inside a context; outside of one they are free. */
const inContext: readonly string[] = [...always, "requestId", "traceparent", "principalId"];

const longestMessage = 16_384;
const mostPlainKeys = 24;
const longestPlainText = 512;
const longestRemembered = 120;
const mostRemembered = 1_000;

/** What is done with the field of a key where its value is a scalar. */
type Verdict = "plain" | "reserved" | "walk";

/** The fields by themselves; `undefined` where one cannot be read, which the walk shows as such. */
function copyOf(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  try {
    return { ...fields };
  } catch {
    return undefined;
  }
}

/**
 * Cleans messages and fields of the lines of one logger and its children. Most lines have constant
 * messages and a few scalars under constant keys: what was found harmless once is remembered, and
 * only the rest takes the walk that every other value takes.
 */
export class LineCleaner {
  readonly #isSecret: SecretKeyTest;
  #needles: readonly string[] = [];
  #verdicts = new Map<string, Verdict>();
  #harmless = new Set<string>();

  constructor(isSecret: SecretKeyTest) {
    this.#isSecret = isSecret;
  }

  /** Takes notice of secrets that were registered meanwhile; to be called before each line. */
  follow(): void {
    const needles = secretNeedles();
    if (needles === this.#needles) return;
    this.#needles = needles;
    this.#verdicts = new Map();
    this.#harmless = new Set();
  }

  /** A message, redacted and cut at 16,384 characters. */
  message(message: string): string {
    const text = typeof message === "string" ? message : String(message);
    return text.length > longestRemembered
      ? boundedText(text, longestMessage, this.#isSecret)
      : this.#text(text);
  }

  /** What the logger itself adds: cleaned, under the names that it chose. */
  own(fields: Readonly<Record<string, unknown>>): CleanFields {
    const result: Draft = {};
    addFields(result, fields, newWalk(this.#isSecret));
    return result;
  }

  /**
   * The fields of one line or child. A field whose name the logger itself uses gets an underscore
   * after it.
   *
   * @param fields what the caller passed; it is not changed
   * @param hasContext whether the line carries a context
   */
  fields(fields: Readonly<Record<string, unknown>>, hasContext: boolean): CleanFields {
    try {
      return this.#plain(fields, hasContext) ?? this.#walk(fields, hasContext);
    } catch {
      return { fields: "[unreadable]" };
    }
  }

  #walk(fields: Readonly<Record<string, unknown>>, hasContext: boolean): CleanFields {
    // Passing the error itself instead of { error } is an easy slip, and its stack must not be lost.
    const result = this.own(fields instanceof Error ? { error: fields } : fields);
    for (const key of hasContext ? inContext : always) {
      const value = result[key];
      if (value !== undefined && Object.hasOwn(result, key)) {
        result[`${key}_`] = value;
        delete result[key];
      }
    }
    return result;
  }

  /** The fields where all are short scalars under keys that are neither secret nor reserved. */
  #plain(fields: Readonly<Record<string, unknown>>, hasContext: boolean): CleanFields | undefined {
    if (fields instanceof Error) return undefined;
    // Whole, which is faster than field by field, and reads a getter once: what is looked at here is
    // what will be written.
    const copy = copyOf(fields);
    if (copy === undefined) return undefined;
    const keys = Object.keys(copy);
    if (keys.length > mostPlainKeys) return undefined;
    for (const key of keys) {
      const verdict = this.#verdicts.get(key) ?? this.#judge(key);
      if (verdict === "walk" || (hasContext && verdict === "reserved")) return undefined;
      const value = copy[key];
      switch (typeof value) {
        case "string": {
          if (value.length > longestPlainText) return undefined;
          const clean = this.#text(value);
          if (clean !== value) copy[key] = clean;
          break;
        }
        case "number":
          if (!Number.isFinite(value)) copy[key] = String(value);
          break;
        case "boolean":
        case "undefined":
          break;
        case "object":
        case "bigint":
        case "symbol":
        case "function":
        default:
          if (value !== null) return undefined;
      }
    }
    return copy as CleanFields;
  }

  #judge(key: string): Verdict {
    let verdict: Verdict = inContext.includes(key) ? "reserved" : "plain";
    // `value` is judged by the `name` next to it, which only the walk looks at.
    const needsWalk = always.includes(key) || key.toLowerCase() === "value" || key === "__proto__";
    if (needsWalk || this.#isSecret(key) || redactText(key, this.#isSecret) !== key) {
      verdict = "walk";
    }
    if (key.length <= longestRemembered && this.#verdicts.size < mostRemembered) {
      this.#verdicts.set(key, verdict);
    }
    return verdict;
  }

  #text(text: string): string {
    if (this.#harmless.has(text)) return text;
    const clean = redactText(text, this.#isSecret);
    if (clean === text && text.length <= longestRemembered) {
      // Ids and the like fill it up in time; what is constant is soon there again.
      if (this.#harmless.size >= mostRemembered) this.#harmless = new Set();
      this.#harmless.add(text);
    }
    return clean;
  }
}
