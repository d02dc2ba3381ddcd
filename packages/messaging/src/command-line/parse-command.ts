import { parseArgs } from "node:util";
import { defaultPrefix } from "../rabbitmq/broker-names.ts";

/** How the tool is called. */
export const usage: string = `Usage: plinth-dead-letters <command> <subscription> [id] [options]

  list    <subscription>               list the letters, oldest first
  show    <subscription> <id>          show one letter in full
  replay  <subscription> <id>          redeliver one letter, to this subscription only
  replay  <subscription> --all         redeliver all letters
  remove  <subscription> <id>          remove one letter
  remove  <subscription> --all         remove all letters

Options:
  --url <url>        the broker; RABBITMQ_URL is safer, as other users see command lines
  --prefix <prefix>  the prefix of the names on the broker (default: ${defaultPrefix})
  --skipped          letters of types that the subscription does not know, in place of dead letters
  --type <type>      with --all: only letters of this type
  --limit <count>    with list: how many at most (default: 100)
  --offset <count>   with list: how many to skip first
  --json             with list: one line of JSON for each letter
  --help

Exits with 0 on success, 1 on failure, 2 if the command is not valid.
`;

/** A parsed command. */
export interface DeadLettersCommand {
  readonly name: "list" | "show" | "replay" | "remove";
  readonly subscription: string;
  /** Absent with `list` and with `--all`. */
  readonly id?: string | undefined;
  readonly url: string;
  readonly prefix: string;
  readonly skipped: boolean;
  readonly type?: string | undefined;
  readonly limit: number;
  readonly offset: number;
  readonly json: boolean;
}

/** A command that is not valid; the message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const options = {
  url: { type: "string" },
  prefix: { type: "string", default: defaultPrefix },
  skipped: { type: "boolean", default: false },
  type: { type: "string" },
  limit: { type: "string", default: "100" },
  offset: { type: "string", default: "0" },
  all: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const commandNames = ["list", "show", "replay", "remove"] as const;

/**
 * Throws a {@link UsageError} if the command is not valid.
 *
 * @param words The arguments after the name of the tool.
 * @param environment For `RABBITMQ_URL`.
 * @returns `"help"` for `--help`.
 */
export function parseCommand(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): DeadLettersCommand | "help" {
  const { values, positionals } = parse(words);
  if (values.help) return "help";
  const [first, subscription, id, ...rest] = positionals;
  const name = commandNames.find((known) => known === first);
  if (name === undefined) {
    throw new UsageError(
      first === undefined ? "There is no command." : `There is no command "${first}".`,
    );
  }
  if (subscription === undefined) throw new UsageError(`${name} needs the name of a subscription.`);
  if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many.`);
  checkTarget(name, id, values);
  const url = values.url ?? environment["RABBITMQ_URL"];
  if (url === undefined || url === "") {
    throw new UsageError("Where the broker is has to stand in RABBITMQ_URL or --url.");
  }
  const { prefix, skipped, type, json } = values;
  const limit = countOf("--limit", values.limit, 1);
  const offset = countOf("--offset", values.offset, 0);
  return { name, subscription, id, url, prefix, skipped, type, limit, offset, json };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** All letters need `--all`: a forgotten id must not remove everything. */
function checkTarget(
  name: DeadLettersCommand["name"],
  id: string | undefined,
  { all, type }: { readonly all: boolean; readonly type?: string | undefined },
): void {
  const changes = name === "replay" || name === "remove";
  if (all && !changes) throw new UsageError(`--all is for replay and remove, not for ${name}.`);
  if (type !== undefined && !all) throw new UsageError("--type is for --all.");
  if (all && id !== undefined) throw new UsageError("Give an id or --all, not both.");
  if (name === "list" && id !== undefined) throw new UsageError(`"${id}" is one word too many.`);
  if (name !== "list" && !all && id === undefined) {
    throw new UsageError(`${name} needs the id of a letter${changes ? ", or --all" : ""}.`);
  }
}

function countOf(option: string, text: string, least: number): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= least) return count;
  throw new UsageError(`${option} takes a whole number from ${least}, not "${text}".`);
}
