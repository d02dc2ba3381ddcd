import { inject, injectable, Logger, NotFoundError } from "@plinth/core";
import {
  type GetLampRequest,
  type Lamp,
  LampRepository,
  type LampService,
  type ListLampsRequest,
} from "./lamps.ts";

/** What the container reads of it is kept by reflect-metadata. */
@injectable()
export class LampServiceImpl implements LampService {
  constructor(
    @inject(LampRepository) private readonly lamps: LampRepository,
    @inject(Logger) private readonly logger: Logger,
  ) {}

  async addLamp(lamp: Lamp): Promise<Lamp> {
    const { record } = await this.lamps.create(lamp);
    this.logger.info("Added a lamp", { lampId: record.lampId });
    return record;
  }

  async getLamp({ lampId }: GetLampRequest): Promise<Lamp> {
    const lamp = await this.lamps.get({ lampId });
    if (lamp === undefined) throw new NotFoundError(`There is no lamp ${JSON.stringify(lampId)}.`);
    return lamp;
  }

  async listLamps({ room }: ListLampsRequest): Promise<{ lamps: Lamp[] }> {
    const { records } = await this.lamps.query({ index: "byRoom", partition: room });
    return { lamps: [...records] };
  }
}
