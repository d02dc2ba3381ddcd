import type { ContextFrame } from "../context/current-context.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { JsonValue } from "../errors/json.ts";
import { boundedText, redactText } from "../redaction/redact-text.ts";
import { addFields } from "../redaction/sanitize.ts";
import type { SecretKeyTest } from "../redaction/secret-keys.ts";
import { safely } from "../redaction/special-objects.ts";
import { secretNeedles } from "../redaction/secret-values.ts";
import { newWalk, type Draft } from "../redaction/walk.ts";

/** Fields that are safe to show and sure to serialize; undefined ones are not written. */
export type CleanFields = Record<string, JsonValue | undefined>;

/** Keys that the logger itself writes: a field of the same name would forge or garble the line. */
const always: readonly string[] = ["level", "time", "message", "service", "environment"];
/** Keys that the logger writes inside a context; outside of one they are free. */
const inContext: readonly string[] = [...always, "requestId", "traceparent", "principalId"];

const maxMessageLength = 16_384;
const maxPlainKeys = 24;
const maxPlainTextLength = 512;
const maxRememberedLength = 120;
const maxRemembered = 1_000;

/** What was found out about a key. */
interface Verdict {
  /** What is done with the field where its value is a scalar. */
  readonly handling: "plain" | "reserved" | "walk";
  /** The last text under the key that was harmless: most keys have the same one in many lines. */
  harmless: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a context adds to each of its lines. */
export interface ContextFields {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly principalId: string | undefined;
}

/**
 * A copy of fields, after those of the context. The order is no accident: to add a field to an object
 * that was made by spreading takes V8 11.3 (Node 20) over a microsecond.
 */
function after(context: ContextFields | undefined, fields: Fields): Record<string, unknown> {
  if (context === undefined) return { ...fields };
  const { requestId, traceparent, principalId } = context;
  return { requestId, traceparent, principalId, ...fields };
}

/** `undefined` where a field cannot be read, which the walk shows as such. */
function copyOf(
  context: ContextFields | undefined,
  fields: Fields,
): Record<string, unknown> | undefined {
  try {
    return after(context, fields);
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
  #harmlessMessages = new Set<string>();
  /** Stands for this cleaner and the secrets it knows. */
  #state: object = {};

  constructor(isSecret: SecretKeyTest) {
    this.#isSecret = isSecret;
  }

  /** Takes notice of secrets that were registered meanwhile; to be called before each line. */
  follow(): void {
    const needles = secretNeedles();
    if (needles === this.#needles) return;
    this.#needles = needles;
    this.#verdicts = new Map();
    this.#harmlessMessages = new Set();
    this.#state = {};
  }

  /** A message, redacted and cut at 16,384 characters. */
  message(message: string): string {
    const text =
      typeof message === "string" ? message : safely(() => String(message), "[unreadable]");
    if (text.length > maxRememberedLength) return this.#bounded(text);
    if (this.#harmlessMessages.has(text)) return text;
    const clean = redactText(text, this.#isSecret);
    if (clean === text) {
      // Ids and the like fill it up in time; what is constant is soon there again.
      if (this.#harmlessMessages.size >= maxRemembered) this.#harmlessMessages = new Set();
      this.#harmlessMessages.add(text);
    }
    return clean;
  }

  #bounded(text: string): string {
    return boundedText(text, maxMessageLength, this.#isSecret);
  }

  /**
   * The fields of one line or child. A field whose name the logger itself uses gets an underscore
   * after it.
   *
   * @param fields what the caller passed; it is not changed
   * @param context what the context of the line adds; absent: the line has none
   */
  fields(fields: Fields, context?: ContextFields): CleanFields {
    try {
      return this.#plain(fields, context) ?? this.#walk(fields, context);
    } catch {
      return after(context, { fields: "[unreadable]" }) as CleanFields;
    }
  }

  /**
   * The fields of a line that is written inside a context. What the context adds is kept in its frame,
   * for the lines to come.
   */
  fieldsIn(frame: ContextFrame, fields: Fields | undefined): CleanFields {
    let context = frame.lineFields;
    if (context === undefined || frame.cleanedBy !== this.#state) {
      context = this.#contextFields(frame.context);
      frame.lineFields = context;
      frame.cleanedBy = this.#state;
    }
    return fields === undefined ? { ...context } : this.fields(fields, context);
  }

  #contextFields({ requestId, traceparent, principal }: RequestContext): ContextFields {
    return {
      requestId: this.#bounded(requestId),
      traceparent: traceparent === undefined ? undefined : this.#bounded(traceparent),
      principalId: principal === undefined ? undefined : this.#bounded(principal.id),
    };
  }

  #walk(fields: Fields, context: ContextFields | undefined): CleanFields {
    const result: Draft = {};
    // Passing the error itself instead of { error } is an easy slip, and its stack must not be lost.
    const shown = fields instanceof Error ? { error: fields } : fields;
    addFields(result, shown, newWalk(this.#isSecret));
    for (const key of context === undefined ? always : inContext) {
      const value = result[key];
      if (value !== undefined && Object.hasOwn(result, key)) {
        result[`${key}_`] = value;
        delete result[key];
      }
    }
    return context === undefined ? result : (after(context, result) as CleanFields);
  }

  /** The fields where all are short scalars under keys that are neither secret nor reserved. */
  #plain(fields: Fields, context: ContextFields | undefined): CleanFields | undefined {
    if (fields instanceof Error) return undefined;
    // Whole, which is faster than field by field, and reads a getter once: what is looked at here is
    // what will be written.
    const copy = copyOf(context, fields);
    const keys = Object.keys(fields);
    if (copy === undefined || keys.length > maxPlainKeys) return undefined;
    for (const key of keys) {
      const verdict = this.#verdicts.get(key) ?? this.#judge(key);
      const { handling } = verdict;
      if (handling === "walk" || (handling === "reserved" && context !== undefined)) {
        return undefined;
      }
      const value = copy[key];
      switch (typeof value) {
        case "string": {
          if (value === verdict.harmless) break;
          if (value.length > maxPlainTextLength) return undefined;
          const clean = redactText(value, this.#isSecret);
          if (clean === value) verdict.harmless = value;
          else copy[key] = clean;
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
    // `value` is judged by the `name` next to it, which only the walk looks at.
    const needsWalk =
      always.includes(key) ||
      key.toLowerCase() === "value" ||
      key === "__proto__" ||
      this.#isSecret(key) ||
      redactText(key, this.#isSecret) !== key;
    const known = inContext.includes(key) ? "reserved" : "plain";
    const verdict: Verdict = { handling: needsWalk ? "walk" : known, harmless: undefined };
    if (key.length <= maxRememberedLength && this.#verdicts.size < maxRemembered) {
      this.#verdicts.set(key, verdict);
    }
    return verdict;
  }
}
