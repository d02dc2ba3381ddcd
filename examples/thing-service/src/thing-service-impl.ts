import { type Binding, Clock, inject, injectable, Logger, NotFoundError } from "@plinth/core";
import type { Entry } from "@plinth/data";
import {
  type CreateThingRequest,
  type CreateThingResponse,
  type DeleteThingRequest,
  type GetThingRequest,
  type ListThingsRequest,
  type ListThingsResponse,
  type ReplaceThingRequest,
  type ThingAtRevision,
  thingIdOf,
  ThingService,
} from "./api/index.ts";
import { type ThingRecord, ThingRepository } from "./data/thing-repository.ts";

/** Business logic only: requests arrive validated, errors leave as the codes they carry. */
@injectable()
export class ThingServiceImpl implements ThingService {
  constructor(
    @inject(ThingRepository) private readonly things: ThingRepository,
    @inject(Clock) private readonly clock: Clock,
    @inject(Logger) private readonly logger: Logger,
  ) {}

  async createThing({ name, description }: CreateThingRequest): Promise<CreateThingResponse> {
    const thingId = thingIdOf(name);
    const createdAt = this.clock.date().toISOString();
    await this.things.create({ thingId, name, description, createdAt });
    this.logger.info("Created a thing", { thingId });
    return { thingId };
  }

  async getThing({ thingId }: GetThingRequest): Promise<ThingAtRevision> {
    return atRevision(await this.find(thingId));
  }

  async listThings({ orderBy, ...page }: ListThingsRequest): Promise<ListThingsResponse> {
    const index = orderBy === "name" ? "byName" : "byCreatedAt";
    const { records, cursor } = await this.things.query({ index, ...page });
    return { things: [...records], cursor };
  }

  async replaceThing(request: ReplaceThingRequest): Promise<ThingAtRevision> {
    const { thingId, description, revision } = request;
    const change = (current: ThingRecord): ThingRecord => ({ ...current, description });
    if (revision === undefined) return atRevision(await this.things.update({ thingId }, change));
    const { record } = await this.find(thingId);
    return atRevision(await this.things.replace(change(record), { revision }));
  }

  async deleteThing({ thingId, revision }: DeleteThingRequest): Promise<void> {
    await this.things.delete({ thingId }, { revision });
    this.logger.info("Deleted a thing", { thingId });
  }

  private async find(thingId: string): Promise<Entry<ThingRecord>> {
    const entry = await this.things.getEntry({ thingId });
    if (entry === undefined) throw new NotFoundError(`There is no thing "${thingId}".`);
    return entry;
  }
}

function atRevision({ record, revision }: Entry<ThingRecord>): ThingAtRevision {
  return { ...record, revision };
}

export const bindThingService: Binding = (binder) =>
  binder.bind(ThingService).toClass(ThingServiceImpl);
