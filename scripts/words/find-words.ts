/** A place where a text uses a word that the project does not use. */
export interface FoundWord {
  /** The line, from 1. */
  readonly line: number;
  /** The word as it stands there. */
  readonly word: string;
  /** What to write in its place. */
  readonly better: string;
}

/** Words of another language's syntax, and what a native reader expects instead. */
const replacements: readonly (readonly [pattern: string, better: string])[] = [
  ["somebody|someone else's", 'who it is: "the caller", "another process"'],
  ["nobody", '"no caller", "no one", or the passive voice'],
  ["whoever", 'who it is: "the caller that", "code that"'],
  ["whatever", '"any", "everything that"'],
  ["whom", 'a shorter sentence: "the caller that it accepted"'],
  ["anew", '"again", "a new one"'],
  ["in vain", '"without success", or what failed'],
  ["(?:is|are|was|were) dear|dearer|dearest", '"expensive", "costs more"'],
  ["(?:is|are|was|were) to be had", '"is available"'],
  ["falls due|fall due", '"is due"'],
  ["signal falls|signals fall|signal fell|signal has fallen|signal that falls", '"is aborted"'],
];
const listed = new RegExp(`\\b(?:${replacements.map(([pattern]) => pattern).join("|")})\\b`, "giu");

/**
 * Finds the words that a text should not use, in any case.
 *
 * @param text A source file or a page.
 */
export function findWords(text: string): FoundWord[] {
  return text.split("\n").flatMap((content, index) =>
    [...content.matchAll(listed)].map(([word]) => {
      const entry = replacements.find(([pattern]) =>
        new RegExp(`^(?:${pattern})$`, "iu").test(word),
      );
      return { line: index + 1, word, better: entry?.[1] ?? "another word" };
    }),
  );
}
