import { type Binding, inject, injectable, Logger, NotFoundError } from "@plinth/core";
import {
  type CreateThingRequest,
  type CreateThingResponse,
  type GetThingRequest,
  type Thing,
  thingIdOf,
  ThingService,
} from "./api/index.ts";
import { ThingRepository } from "./data/thing-repository.ts";

/** Business logic only: requests arrive validated, errors leave as the codes they carry. */
@injectable()
export class ThingServiceImpl implements ThingService {
  constructor(
    @inject(ThingRepository) private readonly things: ThingRepository,
    @inject(Logger) private readonly logger: Logger,
  ) {}

  async createThing({ name, description }: CreateThingRequest): Promise<CreateThingResponse> {
    const thingId = thingIdOf(name);
    await this.things.create({ thingId, name, description });
    this.logger.info("Created a thing", { thingId });
    return { thingId };
  }

  async getThing({ thingId }: GetThingRequest): Promise<Thing> {
    const thing = await this.things.get({ thingId });
    if (thing === undefined) throw new NotFoundError(`There is no thing "${thingId}".`);
    return thing;
  }
}

export const bindThingService: Binding = (binder) =>
  binder.bind(ThingService).toClass(ThingServiceImpl);
