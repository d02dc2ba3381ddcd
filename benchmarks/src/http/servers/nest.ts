import "reflect-metadata";
import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Injectable,
  Module,
  NotFoundException,
  Param,
  Post,
  Res,
  type PipeTransform,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import type { FastifyReply } from "fastify";
import type { ZodType } from "zod";
import type { StartServer } from "../server-settings.ts";
import { locationOf, Thing, ThingCreated, ThingId, ThingInput, ThingStore } from "../thing.ts";
import { createFastify, listen } from "./fastify-base.ts";

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
class ThingService {
  readonly #store = new ThingStore();

  get(thingId: string): Thing {
    const found = this.#store.get(thingId);
    if (found === undefined) throw new NotFoundException();
    return Thing.parse(found);
  }

  create(input: ThingInput): { thingId: string } {
    return ThingCreated.parse(this.#store.create(input));
  }
}

@Controller("things")
class ThingController {
  constructor(@Inject(ThingService) private readonly things: ThingService) {}

  @Get(":thingId")
  @Header("content-type", "application/json; charset=utf-8")
  get(@Param("thingId", new ZodPipe(ThingId)) thingId: string): Thing {
    return this.things.get(thingId);
  }

  @Post()
  @HttpCode(201)
  create(
    @Body(new ZodPipe(ThingInput)) input: ThingInput,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): { thingId: string } {
    const created = this.things.create(input);
    reply.header("location", locationOf(created.thingId));
    return created;
  }
}

@Module({ controllers: [ThingController], providers: [ThingService] })
class ThingModule {}

/** Nest on Fastify with a pipe of zod, and zod for the answers. */
export const start: StartServer = async ({ logFile }) => {
  const server = createFastify(logFile);
  const app = await NestFactory.create<NestFastifyApplication>(
    ThingModule,
    new FastifyAdapter(server as never),
    { logger: false },
  );
  await app.init();
  return listen(server);
};
