import { isServiceError, serializeError, toServiceError } from "@plinth/core/errors";
import type { EventEnvelope } from "../events/envelope.ts";
import type { PendingEntry } from "./pending-lanes.ts";

/** Publishes envelopes; resolves when the broker has accepted all of them. */
export type PublishEnvelopes = (envelopes: readonly EventEnvelope[]) => Promise<void>;

/** An entry that the broker will never take. */
export interface RefusedEntry {
  readonly entry: PendingEntry;
  readonly reason: string;
}

/** How far the publishing of some lanes got. */
export interface PublishedLanes {
  /** Entries whose events the broker has accepted, all of them. */
  readonly confirmed: readonly PendingEntry[];
  readonly refused: readonly RefusedEntry[];
  /** How many events were accepted. */
  readonly events: number;
  /** Why it ended early. Absent: it did not. */
  readonly failure?: { readonly error: unknown } | undefined;
}

/** Events of one lane that go out together, and the entry that they complete. */
interface Step {
  readonly envelopes: readonly EventEnvelope[];
  readonly entry: PendingEntry;
  readonly isLast: boolean;
}

/** The most events of one call. */
const maxAtOnce = 500;

/**
 * Publishes lanes side by side, and within a lane one event after the other: each only when the broker
 * has confirmed the one before. A call that fails may have published any part of what it was given, so
 * two events of one lane never go out in the same call.
 *
 * @param mayGoOn asked before each call
 */
export async function publishLanes(
  lanes: readonly (readonly PendingEntry[])[],
  publish: PublishEnvelopes,
  mayGoOn: () => boolean,
): Promise<PublishedLanes> {
  const confirmed: PendingEntry[] = [];
  const refused: RefusedEntry[] = [];
  let events = 0;
  const confirm = (step: Step): void => {
    events += step.envelopes.length;
    if (step.isLast) confirmed.push(step.entry);
  };
  let queues = lanes.map((lane) => lane.flatMap(stepsOf));
  while (queues.length > 0) {
    for (const wave of wavesOf(queues.flatMap(([first]) => first ?? []))) {
      if (!mayGoOn()) return { confirmed, refused, events };
      try {
        await publish(wave.flatMap(({ envelopes }) => envelopes));
        wave.forEach(confirm);
      } catch (error) {
        if (!isRefusal(error)) return { confirmed, refused, events, failure: { error } };
        for (const step of wave) {
          const failure = await publishAlone(step, publish);
          if (failure === undefined) confirm(step);
          else if (isRefusal(failure.error)) {
            refused.push({ entry: step.entry, reason: reasonOf(failure.error) });
          } else return { confirmed, refused, events, failure };
        }
      }
    }
    const bad = new Set(refused.map(({ entry }) => entry.id));
    queues = queues
      .map((queue) => queue.slice(1).filter(({ entry }) => !bad.has(entry.id)))
      .filter((queue) => queue.length > 0);
  }
  return { confirmed, refused, events };
}

function stepsOf(entry: PendingEntry): Step[] {
  const { envelopes, place } = entry;
  const parts =
    place === undefined ? chunksOf(envelopes, maxAtOnce) : envelopes.map((envelope) => [envelope]);
  return parts.map((part, index) => ({
    envelopes: part,
    entry,
    isLast: index === parts.length - 1,
  }));
}

/** Cuts the steps that could go out together where they are too many for one call. */
function wavesOf(steps: readonly Step[]): Step[][] {
  const waves: Step[][] = [];
  let size = maxAtOnce;
  for (const step of steps) {
    size += step.envelopes.length;
    if (size > maxAtOnce) {
      waves.push([]);
      size = step.envelopes.length;
    }
    waves.at(-1)?.push(step);
  }
  return waves;
}

async function publishAlone(
  { envelopes }: Step,
  publish: PublishEnvelopes,
): Promise<{ readonly error: unknown } | undefined> {
  try {
    await publish(envelopes);
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Whether the fault is in the events themselves, so that another attempt would end the same way. */
function isRefusal(error: unknown): boolean {
  return isServiceError(error, "invalid_argument");
}

function reasonOf(error: unknown): string {
  const { code, message } = serializeError(toServiceError(error));
  return `The bus refused it (${code}): ${message}`;
}

function chunksOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
