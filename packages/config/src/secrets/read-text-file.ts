import { readFileSync } from "node:fs";

const encodingCode = "EENCODING";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  [encodingCode]: "it is not UTF-8, or UTF-16 with a byte order mark; save it as UTF-8",
  ENOTDIR: "part of the path is not a folder",
};

/** A file or folder that exists, or was named, and cannot be read. Its message is a sentence for people. */
export class UnreadableFileError extends Error {
  override readonly name: string = "UnreadableFileError";
  readonly kind: "env file" | "secret file";
  readonly path: string;
  /** The code of the system error, such as `ENOENT`; `EENCODING` for bytes that are not text. */
  readonly code: string;

  constructor(kind: "env file" | "secret file", path: string, code: string) {
    super(`${path} cannot be read: ${reasons[code] ?? `system error ${code}`}.`);
    this.kind = kind;
    this.path = path;
    this.code = code;
  }
}

/**
 * The text of a file: UTF-16 if it has the byte order mark, as PowerShell 5 and Notepad write it, else
 * UTF-8. The mark is not part of the text.
 *
 * @throws {UnreadableFileError} also for any other encoding, and for UTF-16 without a mark: the text would
 *   count as empty, or be read as another value than the file holds.
 */
export function readTextFile(kind: "env file" | "secret file", path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new UnreadableFileError(kind, path, code);
  }
  const text = decode(bytes);
  if (text === undefined) throw new UnreadableFileError(kind, path, encodingCode);
  return text;
}

/** The text of a secret file without one line break at its end, which editors and `echo` add. */
export function readSecretFile(path: string): string {
  return readTextFile("secret file", path).replace(/\r?\n$/, "");
}

/** `undefined` for bytes that are not text. */
function decode(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

function encodingOf(bytes: Buffer): "utf-8" | "utf-16le" | "utf-16be" {
  const mark = bytes.subarray(0, 2).toString("latin1");
  // UTF-32 begins with the mark of UTF-16; the zeros in its text give it away.
  if (mark === "\u00ff\u00fe") return "utf-16le";
  return mark === "\u00fe\u00ff" ? "utf-16be" : "utf-8";
}
