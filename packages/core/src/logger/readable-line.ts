import { readableEntry } from "./readable-entry.ts";

const colors: Readonly<Record<string, string>> = {
  trace: "90",
  debug: "36",
  info: "32",
  warn: "33",
  error: "31",
  fatal: "35",
};

/** A value on one line. Texts that are escaped already are not escaped again. */
function shown(value: unknown): string {
  if (typeof value === "string" && /^[\w.:/@+-]+$/.test(value)) return value;
  return JSON.stringify(value).replaceAll(String.raw`\\`, "\\");
}

function stackOf(error: unknown): string {
  if (typeof error !== "object" || error === null) {
    return "";
  }
  const { stack, cause }: { stack?: unknown; cause?: unknown } = error;
  const own = typeof stack === "string" ? `\n    ${stack.replaceAll("\n", "\n    ")}` : "";
  const deeper = stackOf(cause);
  return deeper === "" ? own : `${own}\n    caused by:${deeper}`;
}

/**
 * Converts a JSON line to a readable one: time, level, message, fields. Stacks of errors follow on their own
 * lines, indented. Other control characters and line breaks become escapes. Text that is no JSON object is
 * returned as it is.
 *
 * @param line One line in JSON.
 * @param color Whether to use terminal colors.
 */
export function readableLine(line: string, color: boolean): string {
  const entry = readableEntry(line);
  if (entry === undefined) return line;
  const { level, time, message, service: _service, environment: _environment, ...fields } = entry;
  const paint = (code: string, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const label = String(level);
  const rest = Object.entries(fields).map(([key, value]) => {
    const brief =
      typeof value === "object" && value !== null && "stack" in value
        ? { ...value, stack: undefined }
        : value;
    return `${paint("90", `${key}=`)}${shown(brief)}`;
  });
  const head = [
    paint("90", String(time).slice(11, 23)),
    paint(colors[label] ?? "0", label.toUpperCase().padEnd(5)),
    String(message),
    ...rest,
  ].join(" ");
  return `${head}${Object.values(fields)
    .map((value) => stackOf(value))
    .join("")}\n`;
}
