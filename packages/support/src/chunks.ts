/** Cuts a list into lists of at most `size` elements, in order. */
export function chunksOf<E>(elements: readonly E[], size: number): E[][] {
  const chunks: E[][] = [];
  for (let start = 0; start < elements.length; start += size) {
    chunks.push(elements.slice(start, start + size));
  }
  return chunks;
}

/**
 * Works on each element of a list, on a few at a time.
 *
 * @param max How many elements are worked on at the same time.
 * @returns The results in the order of the elements; rejects with the first rejection, and starts nothing
 *   after it.
 */
export async function inParallel<E, R>(
  elements: readonly E[],
  max: number,
  work: (element: E, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = elements.entries();
  let failed = false;
  const take = async (): Promise<void> => {
    for (const [index, element] of left) {
      if (failed) return;
      try {
        results[index] = await work(element, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(max, elements.length) }, take));
  return results;
}
