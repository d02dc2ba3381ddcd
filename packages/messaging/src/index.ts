export { bindEventBus, type BindEventBusOptions } from "./bindings/bind-event-bus.ts";
export {
  DeadLetters,
  type DeadLetter,
  type LetterOptions,
  type LetterProgress,
  type ListOptions,
} from "./bus/dead-letters.ts";
export {
  EventBus,
  type BusSubscription,
  type DrainOptions,
  type EventBusOptions,
} from "./bus/event-bus.ts";
export type { BusCounters, Observation, Observer } from "./bus/observation.ts";
export type { PublishOptions } from "./bus/publisher.ts";
export type {
  LetterBox,
  LetterDecision,
  LetterStore,
  LetterVisitOptions,
  StoredLetter,
} from "./driver/letter-store.ts";
export type { IncomingMessage, OutgoingMessage } from "./driver/message.ts";
export type {
  ConnectionState,
  DriverSubscription,
  DriverSubscriptionDefinition,
  MessagingCapabilities,
  MessagingDriver,
  OpenOptions,
  PublishCallOptions,
} from "./driver/messaging-driver.ts";
export type { DeadLetterReason, Settlement } from "./driver/settlement.ts";
export type {
  AnyDomainEvent,
  AnyDomainEventClass,
  EventDeclaration,
  EventDefinition,
  EventKeyField,
  EventSchema,
  EventUpcaster,
} from "./events/event-definition.ts";
export {
  DomainEvent,
  type DomainEventClass,
  type DomainEventInstance,
} from "./events/domain-event.ts";
export type { EventEnvelope } from "./events/event-envelope.ts";
export { reviveEvent } from "./events/revive-event.ts";
export type {
  ConsumeOptions,
  RetryPolicy,
  SubscriptionDefinition,
} from "./subscriptions/define-subscription.ts";
export type { Delivery, EventHandler } from "./subscriptions/event-handler.ts";
export { bindSubscription, type SubscriptionOptions } from "./bindings/bind-subscription.ts";
