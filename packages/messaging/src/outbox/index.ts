export { bindInbox, bindOutbox, bindOutboxRelay } from "./bind-outbox.ts";
export { Inbox, type DeliveredEvent, type InboxOptions, type OnceOptions } from "./inbox.ts";
export { InboxMarkers, type InboxMarker } from "./inbox-markers.ts";
export {
  Outbox,
  type Events,
  type OutboxBacklog,
  type OutboxOptions,
  type OutboxWriteOptions,
} from "./outbox.ts";
export { OutboxRecords, type OutboxIndexes, type OutboxRecord } from "./outbox-records.ts";
export {
  OutboxRelay,
  type OutboxRelayCounters,
  type OutboxRelayOptions,
  type OutboxRelayStatus,
} from "./outbox-relay.ts";
export type { SetAsideEntry } from "./set-aside-entry.ts";
