/** Does a thing for each of a list, some at a time, and gives the results in the order of the list. */
export async function inTurns<T, R>(
  list: readonly T[],
  atOnce: number,
  body: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const rest = list.entries();
  const work = async (): Promise<void> => {
    // They share one iterator: each takes what comes next.
    for (const [index, item] of rest) results[index] = await body(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
