// thing-service as one writes it with Nest: the same routes over records in memory.
import "reflect-metadata";
import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  HttpException,
  Inject,
  Injectable,
  Module,
  NotFoundException,
  Param,
  Post,
  Put,
  Query,
  Res,
  type PipeTransform,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import { randomUUID } from "node:crypto";
import type { FastifyReply } from "fastify";
import { destination, pino, type Logger } from "pino";
import { z, type ZodType } from "zod";

const line = z
  .string()
  .min(1)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u);
const ThingName = line.max(100);
const ThingId = line.max(106);
const ThingDescription = z
  .string()
  .max(1_000)
  .regex(/^[^\0\p{Cs}]*$/u);
const CreateThing = z.strictObject({ name: ThingName, description: ThingDescription });
const ReplaceThing = z.strictObject({ description: ThingDescription });
const ListThings = z.strictObject({
  orderBy: z.enum(["name", "createdAt"]).default("name"),
  order: z.enum(["ascending", "descending"]).default("ascending"),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(4_000).optional(),
});
const Thing = z.object({ thingId: ThingId, name: ThingName, description: ThingDescription });
type Thing = z.infer<typeof Thing>;
const Config = z.object({ PORT: z.coerce.number(), LOG_LEVEL: z.string().default("info") });
const config = Config.parse(process.env);

interface Stored extends Thing {
  readonly createdAt: string;
  readonly revision: string;
}

class ZodPipe<T> implements PipeTransform<unknown, T> {
  readonly #schema: ZodType<T>;

  constructor(schema: ZodType<T>) {
    this.#schema = schema;
  }

  transform(value: unknown): T {
    const result = this.#schema.safeParse(value);
    if (!result.success) throw new BadRequestException(result.error.issues);
    return result.data;
  }
}

@Injectable()
class ThingRepository {
  readonly #things = new Map<string, Stored>();

  get(thingId: string): Stored {
    const found = this.#things.get(thingId);
    if (found === undefined) throw new NotFoundException(`There is no thing "${thingId}".`);
    return found;
  }

  has(thingId: string): boolean {
    return this.#things.has(thingId);
  }

  put(thing: Omit<Stored, "revision">): Stored {
    const stored = { ...thing, revision: randomUUID() };
    this.#things.set(thing.thingId, stored);
    return stored;
  }

  delete(thingId: string): void {
    this.#things.delete(thingId);
  }

  list(by: "name" | "createdAt", descending: boolean): Stored[] {
    const sign = descending ? -1 : 1;
    return [...this.#things.values()].toSorted(
      (left, right) => sign * (left[by] < right[by] ? -1 : 1),
    );
  }
}

const loggerToken = "logger";

@Injectable()
class ThingService {
  constructor(
    @Inject(ThingRepository) private readonly things: ThingRepository,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  create({ name, description }: z.infer<typeof CreateThing>): { thingId: string } {
    const thingId = `thing_${name}`;
    if (this.things.has(thingId)) throw new ConflictException();
    this.things.put({ thingId, name, description, createdAt: new Date().toISOString() });
    this.logger.info({ thingId }, "Created a thing");
    return { thingId };
  }

  get(thingId: string): Stored {
    return this.things.get(thingId);
  }

  list({ orderBy, order, limit }: z.infer<typeof ListThings>): { things: Thing[] } {
    const all = this.things.list(orderBy, order === "descending");
    return { things: all.slice(0, limit).map((thing) => Thing.parse(thing)) };
  }

  replace(thingId: string, description: string, revision: string | undefined): Stored {
    const current = this.things.get(thingId);
    this.match(current, revision);
    return this.things.put({ ...current, description });
  }

  delete(thingId: string, revision: string | undefined): void {
    if (revision !== undefined) this.match(this.things.get(thingId), revision);
    this.things.delete(thingId);
  }

  private match(current: Stored, revision: string | undefined): void {
    if (revision !== undefined && revision !== `"${current.revision}"`) {
      throw new HttpException("Precondition failed", 412);
    }
  }
}

function tagged(thing: Stored, reply: FastifyReply): Thing {
  reply.header("etag", `"${thing.revision}"`);
  return Thing.parse(thing);
}

@Controller("things")
class ThingController {
  constructor(@Inject(ThingService) private readonly things: ThingService) {}

  @Post()
  create(
    @Body(new ZodPipe(CreateThing)) input: z.infer<typeof CreateThing>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): { thingId: string } {
    const created = this.things.create(input);
    reply.header("location", `/things/${encodeURIComponent(created.thingId)}`);
    return created;
  }

  @Get()
  list(@Query(new ZodPipe(ListThings)) query: z.infer<typeof ListThings>): { things: Thing[] } {
    return this.things.list(query);
  }

  @Get(":thingId")
  get(
    @Param("thingId", new ZodPipe(ThingId)) thingId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Thing {
    return tagged(this.things.get(thingId), reply);
  }

  @Put(":thingId")
  replace(
    @Param("thingId", new ZodPipe(ThingId)) thingId: string,
    @Body(new ZodPipe(ReplaceThing)) input: z.infer<typeof ReplaceThing>,
    @Headers("if-match") revision: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Thing {
    return tagged(this.things.replace(thingId, input.description, revision), reply);
  }

  @Delete(":thingId")
  @HttpCode(204)
  delete(
    @Param("thingId", new ZodPipe(ThingId)) thingId: string,
    @Headers("if-match") revision: string | undefined,
  ): void {
    this.things.delete(thingId, revision);
  }
}

@Controller()
class HealthController {
  @Get("health")
  health(): { status: string } {
    return { status: "alive" };
  }
}

const logger = pino({ level: config.LOG_LEVEL }, destination({ fd: 1, sync: true }));

@Module({
  controllers: [ThingController, HealthController],
  providers: [ThingService, ThingRepository, { provide: loggerToken, useValue: logger }],
})
class ThingModule {}

const app = await NestFactory.create<NestFastifyApplication>(ThingModule, new FastifyAdapter(), {
  logger: false,
});
app.enableShutdownHooks();
await app.listen(config.PORT, "127.0.0.1");
