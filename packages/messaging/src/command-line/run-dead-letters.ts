import { escapeControlCharacters } from "@plinth/core";
import { DeclarationError, isServiceError } from "@plinth/core/errors";
import { DeadLetters, type DeadLetter, type LetterProgress } from "../bus/dead-letters.ts";
import { wrapDriverError } from "../bus/wrap-driver-error.ts";
import type { MessagingDriver } from "../driver/messaging-driver.ts";
import { rabbitMq } from "../rabbitmq/rabbitmq-driver.ts";
import { type DeadLettersCommand, parseCommand, usage, UsageError } from "./parse-command.ts";

/** The input and output of the tool. */
export interface DeadLettersSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Gets the results: standard output. */
  readonly write: (text: string) => void;
  /** Gets progress and errors: standard error. */
  readonly tell: (text: string) => void;
  /** Stops before the next letter. */
  readonly signal: AbortSignal;
}

/** The number of letters between two lines of progress. */
const progressStep = 100;

/**
 * Runs the command line tool.
 *
 * @param words The arguments after the name of the tool.
 * @returns The exit code: 0, 1 if the command failed, 2 for a command that is not valid.
 */
export async function runDeadLetters(
  words: readonly string[],
  surroundings: DeadLettersSurroundings,
): Promise<0 | 1 | 2> {
  const { environment, signal } = surroundings;
  // Other programs wrote the letters, with any characters. All output passes here.
  const write = (text: string): void => surroundings.write(printable(text));
  const tell = (text: string): void => surroundings.tell(printable(text));
  try {
    const command = parseCommand(words, environment);
    if (command === "help") write(usage);
    else await withDriver(command, (letters) => run(command, letters, { write, tell, signal }));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      tell(`${error.message}\n\n${usage}`);
      return 2;
    }
    tell(`${describe(error)}\n`);
    const isMisused =
      error instanceof DeclarationError || isServiceError(error, "invalid_argument");
    return isMisused ? 2 : 1;
  }
}

async function withDriver(
  { url, prefix, skipped }: DeadLettersCommand,
  body: (letters: DeadLetters) => Promise<void>,
): Promise<void> {
  const driver = rabbitMq({ url, prefix });
  await open(driver);
  try {
    await body(new DeadLetters(driver, skipped ? "skipped" : "dead"));
  } finally {
    await driver.close();
  }
}

async function open(driver: MessagingDriver): Promise<void> {
  try {
    const ignore = (): void => undefined;
    await driver.open({ name: "plinth-dead-letters", onConnection: ignore, onError: ignore });
  } catch (error) {
    const what = `Connecting to ${driver.name} at ${driver.endpoint?.()}`;
    throw wrapDriverError(driver, what, error);
  }
}

async function run(
  command: DeadLettersCommand,
  letters: DeadLetters,
  { write, tell, signal }: Omit<DeadLettersSurroundings, "environment">,
): Promise<void> {
  const { name, subscription, id, type, limit, offset, json } = command;
  if (name === "list") {
    await list(letters, { subscription, limit, offset, json, signal }, write, tell);
    return;
  }
  if (name === "show") {
    write(
      `${JSON.stringify(toJson(await letters.inspect(subscription, id ?? "")), undefined, 2)}\n`,
    );
    return;
  }
  const done = name === "replay" ? "replayed" : "removed";
  if (id !== undefined) {
    await letters[name](subscription, id);
    write(`${done} 1 letter\n`);
    return;
  }
  const options = {
    signal,
    filter: (letter: DeadLetter) => type === undefined || letter.type === type,
    onProgress: ({ visited, changed, total }: LetterProgress) => {
      if (visited % progressStep === 0)
        tell(`${done} ${changed}, visited ${visited} of ${total}\n`);
    },
  };
  const all = name === "replay" ? "replayAll" : "removeAll";
  const { changed } = await letters[all](subscription, options);
  write(`${done} ${changed} ${changed === 1 ? "letter" : "letters"}\n`);
}

async function list(
  letters: DeadLetters,
  options: {
    readonly subscription: string;
    readonly limit: number;
    readonly offset: number;
    readonly json: boolean;
    readonly signal: AbortSignal;
  },
  write: (text: string) => void,
  tell: (text: string) => void,
): Promise<void> {
  const { subscription, json, ...page } = options;
  const [found, count] = [
    await letters.list(subscription, page),
    await letters.count(subscription),
  ];
  for (const letter of found) {
    write(json ? `${JSON.stringify(toJson(letter))}\n` : `${line(letter)}\n`);
  }
  tell(`${found.length} of ${count} letters of ${subscription}\n`);
}

/** One letter in one line, with the facts by which an operator chooses. */
function line({ id, type, key, reason }: DeadLetter): string {
  const { code, message, attempts, at } = reason;
  const when = at === 0 ? "-" : new Date(at).toISOString();
  const parts = [when, id, type, key ?? "-", code, `attempts=${attempts}`, message];
  return parts.map(escapeControlCharacters).join("  ");
}

/** Keeps line breaks: those of the letters were escaped before, by `line` or as JSON. */
function printable(text: string): string {
  return text.split("\n").map(escapeControlCharacters).join("\n");
}

function toJson({ id, type, key, reason, envelope, text }: DeadLetter): object {
  const at = reason.at === 0 ? undefined : new Date(reason.at).toISOString();
  return { id, type, key, reason: { ...reason, at }, ...(envelope ? { envelope } : { text }) };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return escapeControlCharacters(String(error));
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return escapeControlCharacters(`${error.message}${cause}`);
}
