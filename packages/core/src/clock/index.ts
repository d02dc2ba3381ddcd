export { Clock, SystemClock } from "./clock.ts";
export { Ids, RandomIds } from "./ids.ts";
