// Codes and layout: "Message Formats" in the chapter on the frontend/backend protocol, version 3.0, of
// the manual of PostgreSQL.

const bind = 0x42;
const bindHeader = 5;
const endOfText = 1;
const count = 2;
const length = 4;
const absent = -1;

const nothing: Uint8Array = new Uint8Array();

const syncLength = 5;

/** Execute, for all rows, and Sync: the same for every call. */
const execution: Uint8Array = Uint8Array.of(0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4);

/**
 * Writes the messages that call a prepared statement into one buffer, for one `write`: `Bind` with the values as
 * text, `Execute` and `Sync`.
 *
 * @param name The name of the statement: ASCII.
 * @param before Messages to send first, in the same transaction. Default: none.
 */
export function callMessage(
  name: string,
  values: readonly (string | null)[],
  before: Uint8Array = nothing,
): Buffer {
  const lengths = values.map((value) => (value === null ? absent : Buffer.byteLength(value)));
  const body = lengths.reduce((sum, bytes) => sum + length + Math.max(bytes, 0), 0);
  const start = before.length;
  const end = bindHeader + endOfText + name.length + endOfText + 3 * count + body;
  const message = Buffer.allocUnsafe(start + end + execution.length);
  message.set(before);
  message[start] = bind;
  message.writeInt32BE(end - 1, start + 1);
  // The portal has no name.
  message[start + bindHeader] = 0;
  let at = start + bindHeader + endOfText;
  at += message.write(name, at, "latin1");
  message[at] = 0;
  // No formats of values, which makes all of them text.
  at = message.writeInt16BE(0, at + endOfText);
  at = message.writeInt16BE(values.length, at);
  for (const [place, value] of values.entries()) {
    at = message.writeInt32BE(lengths[place] as number, at);
    if (value !== null) at += message.write(value, at, "utf8");
  }
  // No formats of results either.
  at = message.writeInt16BE(0, at);
  message.set(execution, at);
  return message;
}

/** The same without the final `Sync`: what follows is in the same transaction. */
export function leadingMessage(name: string, values: readonly (string | null)[]): Buffer {
  return callMessage(name, values).subarray(0, -syncLength);
}
