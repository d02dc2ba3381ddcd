import { expect } from "vitest";
import type {
  LetterBox,
  LetterDecision,
  LetterStore,
  StoredLetter,
} from "../driver/letter-store.ts";
import type { OutgoingMessage } from "../driver/message.ts";
import type { MessagingDriver } from "../driver/messaging-driver.ts";
import type { DeadLetterReason, Settlement } from "../driver/settlement.ts";
import type { Probe } from "./probe.ts";
import type { Suite } from "./suite.ts";

const reasonOf = (message: string): DeadLetterReason => ({
  code: "failed_precondition",
  message,
  attempts: 3,
  at: 1_700_000_000_123,
});

/** Dead and skipped letters: kept with their reasons, visited, replayed and removed. */
export function describeLetters(suite: Suite): void {
  const testLetters = suite.testWith("letters");

  function storeOf(driver: MessagingDriver = suite.driver): LetterStore {
    if (driver.letters === undefined) throw new Error("Letters are declared and not there.");
    return driver.letters;
  }

  /** All letters of a box. */
  async function visit(
    box: LetterBox,
    decide: (letter: StoredLetter, n: number) => LetterDecision = () => "keep",
    store: LetterStore = storeOf(),
  ): Promise<StoredLetter[]> {
    const letters: StoredLetter[] = [];
    await store.visit(box, (letter) => decide(letter, letters.push(letter) - 1), {});
    return letters;
  }

  /** A subscription whose messages become dead letters once and are handled the next time. */
  async function withDead(count: number): Promise<{
    readonly box: LetterBox;
    readonly probe: Probe;
    readonly other: Probe;
    readonly messages: readonly OutgoingMessage[];
  }> {
    const type = suite.fresh();
    const died = new Set<string>();
    const probe = await suite.consume({ types: [type], concurrency: 1 }, ({ id }): Settlement => {
      if (died.has(id)) return { kind: "done" };
      died.add(id);
      return { kind: "dead", reason: reasonOf(`died ${id}`) };
    });
    const other = await suite.consume({ types: [type], concurrency: 1 });
    const messages = Array.from({ length: count }, () => suite.message(type, { key: "k" }));
    await suite.publish(...messages);
    const box = { subscription: probe.name, kind: "dead" } as const;
    await suite.eventually(async () => expect(await storeOf().count(box)).toBe(count));
    return { box, probe, other, messages };
  }

  testLetters("a dead letter has all the parts of its message, and the reason", async () => {
    const type = suite.fresh();
    const reason = reasonOf("It was 😀 „not“ meant\nto be.");
    const probe = await suite.consume({ types: [type] }, () => ({ kind: "dead", reason }));
    const sent = suite.message(type, { key: "clé", body: new Uint8Array([0, 255, 10]) });
    await suite.publish(sent);
    const box = { subscription: probe.name, kind: "dead" } as const;
    await suite.eventually(async () => {
      const [letter] = await visit(box);
      expect({ ...letter, body: [...(letter?.body ?? [])] }).toEqual({
        ...sent,
        body: [0, 255, 10],
        reason,
      });
    });
    expect(probe.received).toHaveLength(1);
  });

  testLetters("a skipped letter says so, apart from the dead ones", async () => {
    const type = suite.fresh();
    const probe = await suite.consume({ types: [type] }, () => ({
      kind: "skip",
      reason: "its type is unknown",
    }));
    const sent = suite.message(type);
    await suite.publish(sent);
    const skipped = { subscription: probe.name, kind: "skipped" } as const;
    await suite.eventually(async () => {
      const [letter] = await visit(skipped);
      expect(letter).toMatchObject({
        id: sent.id,
        type,
        reason: { code: "unimplemented", message: "its type is unknown" },
      });
    });
    expect(await storeOf().count({ ...skipped, kind: "dead" })).toBe(0);
    expect(await visit({ ...skipped, kind: "dead" })).toEqual([]);
  });

  testLetters("letters are visited oldest first, and stay when they are kept", async () => {
    const { box, messages } = await withDead(5);
    for (let round = 0; round < 2; round += 1) {
      const letters = await visit(box);
      expect(letters.map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
    }
    await suite.eventually(async () => expect(await storeOf().count(box)).toBe(5));
  });

  testLetters("a visit ends where it is told to stop, keeping all", async () => {
    const { box, messages } = await withDead(4);
    const seen = await visit(box, (_letter, n) => (n === 1 ? "stop" : "keep"));
    expect(seen).toHaveLength(2);
    const letters = await visit(box);
    expect(letters.map(({ id }) => id).toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
  });

  testLetters("removed letters are gone, the others are not", async () => {
    const { box, messages, probe } = await withDead(4);
    await visit(box, (_letter, n) => (n % 2 === 0 ? "remove" : "keep"));
    const left = await visit(box);
    expect(left.map(({ id }) => id)).toEqual([messages[1]!.id, messages[3]!.id]);
    await suite.eventually(async () => expect(await storeOf().count(box)).toBe(2));
    expect(probe.received).toHaveLength(4);
  });

  testLetters("a replayed letter comes to its own subscription, as a first attempt", async () => {
    const { box, messages, probe, other } = await withDead(3);
    await visit(box, (_letter, n) => (n === 1 ? "replay" : "keep"));
    await probe.count(4);
    expect(probe.received[3]).toMatchObject({
      ...messages[1],
      body: expect.anything(),
      attempt: 1,
    });
    expect([...probe.received[3]!.body]).toEqual([...messages[1]!.body]);
    const left = await visit(box);
    expect(left.map(({ id }) => id)).toEqual([messages[0]!.id, messages[2]!.id]);
    const sentinel = suite.message(messages[0]!.type);
    await suite.publish(sentinel);
    await other.has(sentinel.id);
    expect(other.ids).toEqual([...messages, sentinel].map(({ id }) => id));
  });

  testLetters("replaying all ends, although they die again at once", async () => {
    const type = suite.fresh();
    const probe = await suite.consume({ types: [type], concurrency: 2 }, () => ({
      kind: "dead",
      reason: reasonOf("always"),
    }));
    await suite.publish(...Array.from({ length: 20 }, () => suite.message(type)));
    const box = { subscription: probe.name, kind: "dead" } as const;
    await suite.eventually(async () => expect(await storeOf().count(box)).toBe(20));
    const visited = await visit(box, () => "replay");
    expect(visited.length).toBe(20);
    await probe.count(40);
    await suite.eventually(async () => expect(await storeOf().count(box)).toBe(20));
  });

  testLetters("letters outlive the connection, and can be visited from another", async () => {
    const type = suite.fresh();
    const { driver } = await suite.another();
    const probe = await suite.consume(
      { types: [type] },
      () => ({ kind: "dead", reason: reasonOf("x") }),
      driver,
    );
    const message = suite.message(type);
    await suite.publish(message);
    await probe.count(1);
    await probe.drain();
    await driver.close();
    const box = { subscription: probe.name, kind: "dead" } as const;
    await suite.eventually(async () => {
      expect((await visit(box)).map(({ id }) => id)).toEqual([message.id]);
    });
  });

  testLetters("a subscription that there never was has no letters", async () => {
    for (const kind of ["dead", "skipped"] as const) {
      const box = { subscription: suite.fresh(), kind };
      expect(await storeOf().count(box)).toBe(0);
      expect(await visit(box)).toEqual([]);
    }
  });

  testLetters("when a decision fails, the letter stays and the visit rejects with it", async () => {
    const { box, messages } = await withDead(3);
    const fault = new Error("cannot decide");
    const refused = visit(box, (_letter, n) => {
      if (n === 1) throw fault;
      return "remove";
    });
    await expect(refused).rejects.toBe(fault);
    await suite.eventually(async () => {
      const left = await visit(box);
      expect(left.map(({ id }) => id)).toEqual([messages[1]!.id, messages[2]!.id]);
    });
  });

  testLetters("a visit that is aborted ends before the next letter, with the reason", async () => {
    const { box, messages } = await withDead(3);
    const controller = new AbortController();
    const reason = new Error("enough");
    const seen: string[] = [];
    const aborted = storeOf().visit(
      box,
      ({ id }) => {
        seen.push(id);
        controller.abort(reason);
        return "remove";
      },
      { signal: controller.signal },
    );
    await expect(aborted).rejects.toBe(reason);
    expect(seen).toEqual([messages[0]!.id]);
    await suite.eventually(async () => {
      const left = await visit(box);
      expect(left.map(({ id }) => id)).toEqual([messages[1]!.id, messages[2]!.id]);
    });
  });
}
