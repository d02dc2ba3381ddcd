interface CancellationReason {
  readonly Code?: string;
  readonly Message?: string;
}

/** The reasons of a cancelled transaction, one per item; empty for other errors. */
export function cancellationReasons(raw: unknown): readonly CancellationReason[] {
  if (!(raw instanceof Error) || raw.name !== "TransactionCanceledException") return [];
  const { CancellationReasons: given } = raw as { CancellationReasons?: unknown };
  if (Array.isArray(given)) return given as CancellationReason[];
  // Engines that give no list name the codes in the message: "… [None, ConditionalCheckFailed]".
  const listed = /\[([\w, ]+)\]/.exec(raw.message)?.[1] ?? "";
  return listed.split(/,\s*/).map((Code) => ({ Code }));
}

/** The positions of the items whose condition did not hold. */
export function failedPositions(raw: unknown): readonly number[] {
  return cancellationReasons(raw).flatMap(({ Code }, position) =>
    Code === "ConditionalCheckFailed" ? [position] : [],
  );
}
