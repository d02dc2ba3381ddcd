import { encodingCode } from "./decode-text.ts";

/** The `code` of a system error, such as `ENOENT`; "unknown" for anything else. */
export function systemCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown";
}

const meanings: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  [encodingCode]: "it is not UTF-8, or UTF-16 with a byte order mark; save it as UTF-8",
  ENOTDIR: "part of the path is not a folder",
};

/** A system error code in words. */
export function describeSystemCode(code: string): string {
  return meanings[code] ?? `system error ${code}`;
}
