import { foreignValue } from "./native-value.ts";

/** An object of plain values, as for a document client. */
type Plain = Readonly<Record<string, unknown>>;

/** One value of the protocol, such as `{ "S": "text" }`. */
function toAttribute(value: unknown): unknown {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString("base64") };
  return { M: toAttributes(value as Plain) };
}

/** Turns plain values into those of the protocol, ready to be written as JSON. */
export function toAttributes(values: Plain): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const name of Object.keys(values)) {
    const value = values[name];
    if (value !== undefined) attributes[name] = toAttribute(value);
  }
  return attributes;
}

function toPlain(value: unknown): unknown {
  const { S, N, BOOL, M, L, NULL, B, SS, NS, BS } = value as Plain;
  if (typeof S === "string") return S;
  if (typeof N === "string") return Number(N);
  if (typeof BOOL === "boolean") return BOOL;
  if (typeof M === "object") return fromAttributes(M as Plain);
  if (Array.isArray(L)) return L.map(toPlain);
  if (NULL === true) return null;
  if (typeof B === "string") return new Uint8Array(Buffer.from(B, "base64"));
  const set = SS ?? NS ?? BS;
  if (Array.isArray(set)) return new Set<unknown>(set);
  throw foreignValue("a value");
}

/**
 * Turns values of the protocol, parsed from JSON, into plain ones. Throws `data_loss` for an unknown kind.
 */
export function fromAttributes(attributes: Plain): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(attributes)) values[name] = toPlain(attributes[name]);
  return values;
}
