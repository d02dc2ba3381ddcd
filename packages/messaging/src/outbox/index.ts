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
export {
  OutboxRecords,
  type LaneTailRecord,
  type OutboxEvents,
  type OutboxIndexes,
  type OutboxRecord,
  type PendingRecord,
  type RelayGroupRecord,
  type SetAsideRecord,
} from "./outbox-records.ts";
export { OutboxRelay, type OutboxRelayStatus } from "./outbox-relay.ts";
export type { OutboxRelayOptions } from "./relay-settings.ts";
export type { OutboxRelayCounters } from "./relay-tally.ts";
export type { SetAsideEntry } from "./set-aside-entry.ts";
