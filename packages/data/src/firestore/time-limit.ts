import { FirestoreTimeoutError } from "./error-code.ts";

/**
 * Stops waiting for a call after a while. The client itself would go on trying to connect for
 * minutes; what it does after that is its own business.
 *
 * @param timeout milliseconds
 */
export async function withTimeLimit<R>(timeout: number, call: Promise<R>): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new FirestoreTimeoutError(timeout)), timeout);
  });
  try {
    return await Promise.race([call, limit]);
  } finally {
    clearTimeout(timer);
  }
}
