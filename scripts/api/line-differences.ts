/** What another text has more (`+`) and less (`-`), line by line, without regard to order. */
export function lineDifferences(before: string, after: string): string[] {
  return [...missingFrom(after, before, "-"), ...missingFrom(before, after, "+")];
}

function missingFrom(text: string, other: string, sign: string): string[] {
  const left = new Map<string, number>();
  for (const line of text.split("\n")) left.set(line, (left.get(line) ?? 0) + 1);
  return other.split("\n").flatMap((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count > 0 ? [] : [`${sign} ${line}`];
  });
}
