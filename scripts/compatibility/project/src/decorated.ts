import { LampServiceImpl } from "./lamp-service-impl.ts";
import { LampService } from "./lamps.ts";
import { useLamps } from "./use-lamps.ts";

await useLamps((binder) => binder.bind(LampService).toClass(LampServiceImpl));
