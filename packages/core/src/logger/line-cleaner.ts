import type { ContextFields, ContextFrame } from "../context/current-context.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { JsonValue } from "../errors/json.ts";
import { boundedText, redactText } from "../redaction/redact-text.ts";
import { addFields } from "../redaction/sanitize.ts";
import type { SecretKeyTest } from "../redaction/secret-keys.ts";
import { safely } from "../redaction/special-objects.ts";
import { secretNeedles } from "../redaction/secret-values.ts";
import { newWalk, type Draft } from "../redaction/walk.ts";
import type { LogFields } from "./log-writer.ts";

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

/** What is known of a key. */
interface KeyFinding {
  /**
   * What happens to a field with a scalar value: it is written as it is (`plain`), as it is outside of a
   * context (`reserved`), or goes through the walk.
   */
  readonly handling: "plain" | "reserved" | "walk";
  /** The last text under the key that held no secret: most keys have the same text in many lines. */
  harmlessText: string | undefined;
}

/**
 * What a cleaner has found out about keys and messages. It holds while the registered secrets are the same;
 * a new secret starts it over.
 */
class Findings {
  readonly needles: readonly string[];
  readonly #keys = new Map<string, KeyFinding>();
  readonly #harmlessMessages = new Set<string>();

  constructor(needles: readonly string[]) {
    this.needles = needles;
  }

  key(key: string, isSecret: SecretKeyTest): KeyFinding {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const found: KeyFinding = { handling: handlingOf(key, isSecret), harmlessText: undefined };
    if (key.length <= maxRememberedLength && this.#keys.size < maxRemembered) {
      this.#keys.set(key, found);
    }
    return found;
  }

  isHarmless(message: string): boolean {
    return this.#harmlessMessages.has(message);
  }

  rememberHarmless(message: string): void {
    // Messages with ids in them fill it up in time; constant ones are soon back.
    if (this.#harmlessMessages.size >= maxRemembered) this.#harmlessMessages.clear();
    this.#harmlessMessages.add(message);
  }
}

function handlingOf(key: string, isSecret: SecretKeyTest): KeyFinding["handling"] {
  const needsWalk =
    always.includes(key) ||
    // Only the walk looks at the `name` next to a `value`, which decides whether that is secret.
    key.toLowerCase() === "value" ||
    key === "__proto__" ||
    isSecret(key) ||
    redactText(key, isSecret) !== key;
  if (needsWalk) return "walk";
  return inContext.includes(key) ? "reserved" : "plain";
}

/**
 * Cleans messages and fields of the lines of one logger and its children. Most lines have constant
 * messages and a few scalars under constant keys. What was harmless once is remembered; the rest goes
 * through the walk that cleans any value.
 */
export class LineCleaner {
  readonly #isSecret: SecretKeyTest;
  #findings = new Findings([]);

  constructor(isSecret: SecretKeyTest) {
    this.#isSecret = isSecret;
  }

  /** Notices secrets that were registered since. Call it before each line. */
  follow(): void {
    const needles = secretNeedles();
    if (needles !== this.#findings.needles) this.#findings = new Findings(needles);
  }

  /** A message, redacted and cut at 16,384 characters. */
  message(message: string): string {
    const text =
      typeof message === "string" ? message : safely(() => String(message), "[unreadable]");
    if (text.length > maxRememberedLength) return this.#bounded(text);
    if (this.#findings.isHarmless(text)) return text;
    const clean = redactText(text, this.#isSecret);
    if (clean === text) this.#findings.rememberHarmless(text);
    return clean;
  }

  /**
   * The fields of one line or child. A field whose name the logger itself uses gets an underscore
   * after it.
   *
   * @param fields The caller's fields; they are not changed.
   * @param context What the context of the line adds. Default: the line has no context.
   */
  fields(fields: LogFields, context?: ContextFields): CleanFields {
    try {
      return this.#plain(fields, context) ?? this.#walk(fields, context);
    } catch {
      return after(context, { fields: "[unreadable]" }) as CleanFields;
    }
  }

  /**
   * The fields of a line inside a context. The frame of the context keeps what the context adds, for the
   * lines to come.
   */
  fieldsIn(frame: ContextFrame, fields: LogFields | undefined): CleanFields {
    let context = frame.lineFields;
    // Another cleaner, or other secrets, may clean them otherwise.
    if (context === undefined || frame.cleanedBy !== this.#findings) {
      context = this.#contextFields(frame.context);
      frame.lineFields = context;
      frame.cleanedBy = this.#findings;
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

  #bounded(text: string): string {
    return boundedText(text, maxMessageLength, this.#isSecret);
  }

  /** Cleans any fields. */
  #walk(fields: LogFields, context: ContextFields | undefined): CleanFields {
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

  /** Cleans fields that are all short scalars under plain keys; `undefined` if one needs the walk. */
  #plain(fields: LogFields, context: ContextFields | undefined): CleanFields | undefined {
    if (fields instanceof Error) return undefined;
    // All at once, which is faster than field by field and calls each getter once: the values that are
    // looked at here are the ones that are written.
    const copy = copyOf(context, fields);
    const keys = Object.keys(fields);
    if (copy === undefined || keys.length > maxPlainKeys) return undefined;
    for (const key of keys) {
      const finding = this.#findings.key(key, this.#isSecret);
      const { handling } = finding;
      if (handling === "walk" || (handling === "reserved" && context !== undefined)) {
        return undefined;
      }
      const value = copy[key];
      switch (typeof value) {
        case "string": {
          if (value === finding.harmlessText) break;
          if (value.length > maxPlainTextLength) return undefined;
          const clean = redactText(value, this.#isSecret);
          if (clean === value) finding.harmlessText = value;
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
}

/**
 * A copy of fields, after those of the context. The order matters: V8 11.3 (Node 20) takes over a
 * microsecond to add a field to an object that was made by spreading.
 */
function after(context: ContextFields | undefined, fields: LogFields): Record<string, unknown> {
  if (context === undefined) return { ...fields };
  const { requestId, traceparent, principalId } = context;
  return { requestId, traceparent, principalId, ...fields };
}

/** As {@link after}; `undefined` if a field cannot be read, which the walk shows as such. */
function copyOf(
  context: ContextFields | undefined,
  fields: LogFields,
): Record<string, unknown> | undefined {
  try {
    return after(context, fields);
  } catch {
    return undefined;
  }
}
