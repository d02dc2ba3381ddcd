import { comparisonMutants } from "./comparison-mutants.ts";
import { driverMutants } from "./driver-mutants.ts";
import type { Mutation } from "./mutant-driver.ts";
import { queryMutants } from "./query-mutants.ts";
import { storeMutants } from "./store-mutants.ts";
import { transactionMutants } from "./transaction-mutants.ts";
import { writeMutants } from "./write-mutants.ts";

/** All mutants by what is wrong with them, each with the groups of cases that are to find it. */
export const mutants: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  ...writeMutants,
  ...queryMutants,
  ...transactionMutants,
  ...comparisonMutants,
  ...storeMutants,
  ...driverMutants,
};
