import { Repository } from "@plinth/data";
import { z } from "zod";

const person = z.object({ id: z.string(), name: z.string() });

/** People as the first version of a service stores them. */
export const FirstPeople = Repository({ name: "people", schema: person, key: ["id"] });

/** People of the second version, who count how often they were brought up. */
export const SecondPeople = Repository({
  name: "people",
  schema: person.extend({ broughtUp: z.number() }),
  key: ["id"],
  version: 2,
  upcasters: { 1: (old) => ({ ...old, broughtUp: Number(old["broughtUp"] ?? 0) + 1 }) },
});
