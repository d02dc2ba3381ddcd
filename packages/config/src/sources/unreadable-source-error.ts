import { describeSystemCode } from "./system-code.ts";

/** A file or folder of configuration that is there, or was named, but cannot be read. */
export class UnreadableSourceError extends Error {
  override readonly name: string = "UnreadableSourceError";
  readonly kind: "env file" | "secret file";
  readonly path: string;
  /** What is wrong, in words. */
  readonly reason: string;

  constructor(kind: "env file" | "secret file", path: string, code: string) {
    super(`${path}: ${describeSystemCode(code)}`);
    this.kind = kind;
    this.path = path;
    this.reason = describeSystemCode(code);
  }
}
