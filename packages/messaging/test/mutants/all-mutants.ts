import { brokerMutants } from "./broker-mutants.ts";
import { deliveryMutants } from "./delivery-mutants.ts";
import { letterMutants } from "./letter-mutants.ts";
import type { Mutation } from "./mutant-driver.ts";

/** All mutants by what is wrong with them, each with the groups of cases that are to find it. */
export const mutants: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  ...deliveryMutants,
  ...brokerMutants,
  ...letterMutants,
};
