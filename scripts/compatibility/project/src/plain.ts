import { LampService } from "./lamps.ts";
import { PlainLampService } from "./plain-lamp-service.ts";
import { useLamps } from "./use-lamps.ts";

await useLamps((binder) => binder.bind(LampService).toClass(PlainLampService));
