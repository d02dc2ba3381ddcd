export {
  rabbitMq,
  type RabbitMqBufferOptions,
  type RabbitMqOptions,
  type RabbitMqTlsOptions,
} from "./rabbitmq-driver.ts";
