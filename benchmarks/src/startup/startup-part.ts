import { isDeepStrictEqual } from "node:util";
import { CheckError } from "../method/check-error.ts";
import { describeComparison } from "../method/describe-comparison.ts";
import { compareInRounds, type Contender } from "../method/rounds.ts";
import type { Spread } from "../method/statistics.ts";
import type { Part } from "../report/part.ts";
import { judge } from "../report/result.ts";
import { startProgram } from "./start-program.ts";

const programs: Readonly<Record<string, URL>> = {
  "Fastify, zod, pino and tsyringe, bare": new URL("programs/bare.js", import.meta.url),
  "node:http": new URL("programs/node-http.js", import.meta.url),
  "thing-service in Nest": new URL("programs/nest.js", import.meta.url),
  "thing-service": new URL("../../../examples/thing-service/src/main.js", import.meta.url),
};
const [bare = "", , nest = "", own = ""] = Object.keys(programs);

async function start(name: string): ReturnType<typeof startProgram> {
  return startProgram(programs[name] ?? new URL("file:///"));
}

/** What a service answers to the same few requests. */
async function transcript(url: string): Promise<unknown[]> {
  const ask = async (path: string, method = "GET", body?: object): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    const isAnswer = response.ok && text !== "";
    return { path, method, status: response.status, body: isAnswer ? JSON.parse(text) : undefined };
  };
  const thing = { name: "lamp", description: "A lamp" };
  return [
    await ask("/health"),
    await ask("/things", "POST", thing),
    await ask("/things", "POST", thing),
    await ask("/things", "POST", { ...thing, color: "red" }),
    await ask("/things/thing_lamp"),
    await ask("/things/thing_none"),
    await ask("/things/thing_lamp", "PUT", { description: "A red lamp" }),
    await ask("/things?orderBy=createdAt&limit=5"),
    await ask("/things?limit=0"),
    await ask("/things/thing_lamp", "DELETE"),
    await ask("/things/thing_lamp"),
  ];
}

/** Health says more in one than in the other; the rest has to be the same. */
async function check(): Promise<void> {
  const answers: unknown[][] = [];
  for (const name of [nest, own]) {
    const program = await start(name);
    try {
      const [, ...rest] = await transcript(program.url);
      answers.push(rest);
    } finally {
      await program.stop();
    }
  }
  if (!isDeepStrictEqual(answers[0], answers[1])) {
    throw new CheckError(
      `thing-service answers differently in Nest:\n${JSON.stringify(answers, null, 2)}`,
    );
  }
}

const nothing: Spread = { median: Number.NaN, low: Number.NaN, high: Number.NaN };

/** CPU time of a whole process from its beginning to the answer to its first request for health. */
export const startupPart: Part = async (effort, say) => {
  await check();
  const contender = (name: string): Contender => ({
    name,
    sample: async () => {
      const { cpu, stop } = await start(name);
      await stop();
      return cpu;
    },
  });
  const others = Object.keys(programs).filter((name) => name !== bare);
  // The first start reads all files from the disk.
  for (const name of Object.keys(programs)) await contender(name).sample();
  const comparison = await compareInRounds(
    contender(bare),
    contender(bare),
    others.map(contender),
    // Single starts differ by a tenth, and cost no warming up.
    { ...effort, rounds: effort.quick ? effort.rounds : 2 * effort.rounds },
  );
  say(describeComparison("startup", comparison));
  const ofBare = comparison.ratios.get(own) ?? nothing;
  const nestRatio = (comparison.ratios.get(nest) ?? nothing).median;
  const ofNest = {
    median: ofBare.median / nestRatio,
    low: ofBare.low / nestRatio,
    high: ofBare.high / nestRatio,
  };
  return {
    tables: [
      {
        title: "Start",
        notes: [
          `CPU time of the whole process from its beginning to the first answer about its health, beside ${bare}; lower is better.`,
          describeComparison("startup", comparison),
        ],
        columns: [`beside ${bare}`],
        rows: others.map((name) => ({ name, cells: [comparison.ratios.get(name)] })),
      },
    ],
    results: [
      judge(
        "startup: thing-service, beside Fastify, zod, pino and tsyringe imported bare",
        ofBare,
        {
          bound: "at most",
          value: 1.15,
        },
      ),
      judge("startup: thing-service, beside the same service in Nest", ofNest, {
        bound: "at most",
        value: 0.4,
      }),
    ],
  };
};
