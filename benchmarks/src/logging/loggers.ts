import { Logger as Powertools } from "@aws-lambda-powertools/logger";
import { createContext, createLogger, runWithContext } from "@plinth/core";
import { writeSync } from "node:fs";
import { Writable } from "node:stream";
import { destination, pino } from "pino";
import winston from "winston";

/** How many lines a request writes. */
export const linesOfRequest = 4;

const requestId = "0b6f2d1e-3c4a-4c8e-9a53-3f6f5f1f7a11";
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const message = "Created a thing";

function pinoOptions() {
  return {
    base: { service: "things" },
    messageKey: "message",
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
}

/** The lines of one request, written through a child that carries the request's fields. */
function pinoRequests(): () => void {
  const root = pino(pinoOptions(), destination({ fd: 1, sync: true }));
  return () => {
    const logger = root.child({ requestId, traceparent });
    for (let index = 0; index < linesOfRequest; index += 1) {
      logger.info({ thingId: "thing_lamp", index }, message);
    }
  };
}

function plinthRequests(): () => void {
  const logger = createLogger({ name: "things" });
  const context = createContext({ requestId, traceparent, parent: null });
  return () =>
    runWithContext(context, () => {
      for (let index = 0; index < linesOfRequest; index += 1) {
        logger.info(message, { thingId: "thing_lamp", index });
      }
    });
}

function winstonRequests(): () => void {
  const stream = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      writeSync(1, line);
      done();
    },
  });
  const { combine, json, timestamp } = winston.format;
  const root = winston.createLogger({
    format: combine(timestamp({ alias: "time" }), json()),
    defaultMeta: { service: "things" },
    transports: [new winston.transports.Stream({ stream })],
  });
  return () => {
    const logger = root.child({ requestId, traceparent });
    for (let index = 0; index < linesOfRequest; index += 1) {
      logger.info(message, { thingId: "thing_lamp", index });
    }
  };
}

function powertoolsRequests(): () => void {
  const root = new Powertools({ serviceName: "things" });
  return () => {
    const logger = root.createChild({ persistentLogAttributes: { requestId, traceparent } });
    for (let index = 0; index < linesOfRequest; index += 1) {
      logger.info(message, { thingId: "thing_lamp", index });
    }
  };
}

/** Makes the function that writes the lines of one request to standard output. */
export const loggers: { readonly [name: string]: () => () => void } = {
  pino: pinoRequests,
  plinth: plinthRequests,
  winston: winstonRequests,
  powertools: powertoolsRequests,
};
