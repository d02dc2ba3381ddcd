export type { ExistingExchange, ForeignEvent, ForeignMessage } from "./existing-exchange.ts";
export {
  rabbitMq,
  type RabbitMqBufferOptions,
  type RabbitMqOptions,
  type RabbitMqTlsOptions,
} from "./rabbitmq-driver.ts";
