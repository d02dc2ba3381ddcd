import type { Part } from "../report/part.ts";
import { missing, type Goal } from "../report/result.ts";

const goal: Goal = { bound: "at least", value: 0.95 };

/** The place of the comparison with a raw client of AMQP, which is still to be written. */
export const eventsPart: Part = async (_effort, say) => {
  say("events: nothing is measured yet.");
  return {
    tables: [],
    results: [
      missing("events: publish with confirm, beside the raw AMQP client", goal),
      missing("events: consume with ack, beside the raw AMQP client", goal),
    ],
  };
};
