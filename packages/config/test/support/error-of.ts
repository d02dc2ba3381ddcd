/** The error that a call throws. Throws another one if it throws none. */
export function errorOf(body: () => unknown): Error {
  try {
    body();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("nothing was thrown");
}
