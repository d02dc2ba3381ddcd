/** The engine in memory refuses a request. Repositories never send such requests. */
export class MemoryEngineError extends Error {
  override readonly name = "MemoryEngineError";
}
