import { Logger, NotFoundError, injectable } from "@plinth/core";
import {
  type GetLampRequest,
  type Lamp,
  LampRepository,
  type LampService,
  type ListLampsRequest,
} from "./lamps.ts";

/** Without decorators and parameter properties, which Node does not run when it strips types. */
export class PlainLampService implements LampService {
  readonly #lamps: LampRepository;
  readonly #logger: Logger;

  constructor(lamps: LampRepository, logger: Logger) {
    this.#lamps = lamps;
    this.#logger = logger;
  }

  async addLamp(lamp: Lamp): Promise<Lamp> {
    const { record } = await this.#lamps.create(lamp);
    this.#logger.info("Added a lamp", { lampId: record.lampId });
    return record;
  }

  async getLamp({ lampId }: GetLampRequest): Promise<Lamp> {
    const lamp = await this.#lamps.get({ lampId });
    if (lamp === undefined) throw new NotFoundError(`There is no lamp ${JSON.stringify(lampId)}.`);
    return lamp;
  }

  async listLamps({ room }: ListLampsRequest): Promise<{ lamps: Lamp[] }> {
    const { records } = await this.#lamps.query({ index: "byRoom", partition: room });
    return { lamps: [...records] };
  }
}
injectable(PlainLampService, [LampRepository, Logger]);
