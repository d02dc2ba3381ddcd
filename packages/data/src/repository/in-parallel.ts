/**
 * Does something with each element, a few at a time.
 *
 * @param atOnce how many at a time at most
 * @returns the results in order; rejects with the first rejection, and then begins nothing more
 */
export async function inParallel<E, R>(
  elements: readonly E[],
  atOnce: number,
  work: (element: E, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = elements.entries();
  const take = async (): Promise<void> => {
    for (const [index, element] of left) results[index] = await work(element, index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, elements.length) }, take));
  return results;
}

/** Cuts a list into lists of at most `size`. */
export function chunksOf<E>(elements: readonly E[], size: number): E[][] {
  const chunks: E[][] = [];
  for (let start = 0; start < elements.length; start += size) {
    chunks.push(elements.slice(start, start + size));
  }
  return chunks;
}
