// Codes and layout: "Message Formats" in the chapter on the frontend/backend protocol, version 3.0, of
// the manual of PostgreSQL.

const bind = 0x42;
const bindHeader = 5;
const endOfText = 1;
const count = 2;
const length = 4;
const absent = -1;

/** Execute, for all rows, and Sync: the same for every call. */
const execution: Uint8Array = Uint8Array.of(0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4);

/**
 * Writes the messages that call a prepared statement into one piece, so that they leave by one plain
 * `write`: `Bind` of the values as text, `Execute` and `Sync`.
 *
 * @param name of the statement: ASCII
 */
export function callMessage(name: string, values: readonly (string | null)[]): Buffer {
  const lengths = values.map((value) => (value === null ? absent : Buffer.byteLength(value)));
  const body = lengths.reduce((sum, bytes) => sum + length + Math.max(bytes, 0), 0);
  const end = bindHeader + endOfText + name.length + endOfText + 3 * count + body;
  const message = Buffer.allocUnsafe(end + execution.length);
  message[0] = bind;
  message.writeInt32BE(end - 1, 1);
  // The portal has no name.
  message[bindHeader] = 0;
  let at = bindHeader + endOfText;
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
