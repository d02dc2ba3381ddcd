/** What the engine in memory refuses. A repository asks for none of it; its own tests may. */
export class MemoryEngineError extends Error {
  override readonly name = "MemoryEngineError";
}
