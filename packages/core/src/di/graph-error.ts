import { presentable } from "@plinth/support/presentable";

/** The kinds of faults of a graph of bindings. */
export type GraphFaultKind =
  | "missing"
  | "cycle"
  | "duplicate"
  | "scope"
  | "parameter"
  | "unfinished"
  | "rebind"
  | "mixed";

/** One fault of the bindings. */
export interface GraphFault {
  readonly kind: GraphFaultKind;
  /** The names of the tokens and classes involved, in the order of the message. */
  readonly path: readonly string[];
  /** What is wrong, where, and how to fix it; several lines. */
  readonly message: string;
}

function compose(subject: string, faults: readonly GraphFault[]): string {
  const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
  const items = faults.map(
    ({ message }, index) => `  ${index + 1}. ${message.replaceAll("\n", "\n     ")}`,
  );
  return [`${subject} cannot start: its bindings have ${count}.`, ...items].join("\n");
}

/**
 * The bindings do not fit together. Lists all faults; no constructor has run. The message is for people: `run`
 * prints it alone.
 */
export class GraphError extends Error {
  override readonly name: string = "GraphError";
  /** All faults, in the order of the message. */
  readonly faults: readonly GraphFault[];

  /**
   * @param subject The app that cannot start: `The app "things"`.
   * @param faults At least one.
   */
  constructor(subject: string, faults: readonly GraphFault[]) {
    super(compose(subject, faults));
    this.faults = faults;
    presentable(this);
  }
}
