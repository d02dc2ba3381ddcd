import { createApp, method, Service, token, type Binding } from "@plinth/core";
import { z } from "zod";

const Record = z.object({
  id: z.string().min(1).max(100),
  name: z.string().min(1).max(100),
  description: z.string().max(1_000),
  email: z.string().max(200),
  city: z.string().max(100),
  country: z.string().length(2),
  age: z.int().min(0).max(200),
  score: z.number(),
  active: z.boolean(),
  tags: z.array(z.string().max(50)).max(10),
});
type Record = z.infer<typeof Record>;

const record: Record = {
  id: "user_1",
  name: "Ada Lovelace",
  description: "Wrote the first program, for a machine that was never built",
  email: "ada@example.org",
  city: "London",
  country: "GB",
  age: 36,
  score: 9.75,
  active: true,
  tags: ["mathematics", "poetry"],
};

abstract class Echo extends Service("echo", {
  echo: method({ http: "POST /echo", public: true, input: Record, output: Record }),
}) {}

class EchoImpl {
  async echo(input: Record): Promise<Record> {
    return input;
  }
}

const bareEcho = token<EchoImpl>("bareEcho");
const bindEcho: Binding = (binder) => {
  binder.bind(Echo).toClass(EchoImpl);
  binder.bind(bareEcho).toClass(EchoImpl);
};

const batch = 200;

async function repeat(call: (input: Record) => Promise<Record>): Promise<number> {
  for (let index = 0; index < batch; index += 1) await call(record);
  return batch;
}

/** One call in the process: plain, bound without a contract, by a contract, and as by hand. */
export async function worker(): Promise<object> {
  const app = createApp({ name: "echo", bindings: [bindEcho], config: { logLevel: "silent" } });
  await app.start();
  const plain = new EchoImpl();
  const bare = app.get(bareEcho);
  const service = app.get(Echo);
  const byHand = async (input: Record): Promise<Record> =>
    Record.parse(await plain.echo(Record.parse(input)));
  const calls: { readonly [name: string]: (input: Record) => Promise<Record> } = {
    plain: (input) => plain.echo(input),
    bare: (input) => bare.echo(input),
    contract: (input) => service.echo(input),
    byHand,
  };
  const scenarios = Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [name, () => repeat(call)]),
  );
  return {
    ...scenarios,
    /** What a call answers to the record and to one that is wrong, and whether it gives a copy. */
    look: async (name: string) => {
      const call = calls[name];
      if (call === undefined) throw new TypeError(`There is no call ${name}.`);
      const answer = await call(record);
      const refused = await call({ ...record, age: -1 }).then(
        () => false,
        () => true,
      );
      const isCopy = answer !== record && answer.tags !== record.tags;
      return { answer, refused, isCopy };
    },
  };
}
