/**
 * Types that the API uses and that cannot be imported, each with the reason. Their shapes stand in the
 * reports too. What has no reason to be here is exported instead.
 */
export const unexportedTypes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "@plinth/config": {
    BaseConfigClass: "what BaseConfig extends; BaseConfig itself is the name to use",
    Flat: "computes a type that editors show whole",
    LoadedVariant: "computes what loadConfig returns",
    OptionalNames: "computes which values a constructor may go without",
    Quantity: "shortens the types of httpFields; it is a zod type",
    Texts: "shortens the types of httpFields; it is a zod type",
  },
  "@plinth/core": {
    ParameterAt: "computes the type of the parameter that inject decorates",
  },
  "@plinth/data": {
    Openable:
      "what bindRepository needs of a repository: any class made by extending Repository(...) has it",
    PartitionPart: "computes a part of IndexSelection",
    RangePart: "computes a part of IndexSelection",
  },
  "@plinth/messaging": {
    BrokerClient: "how a MemoryBroker knows its drivers, which memoryMessaging makes",
    InboxMarkersBase: "what InboxMarkers extends; InboxMarkers itself is the name to use",
    MemoryQueue: "made by a MemoryBroker, for its drivers",
    Needed: "shortens the parameters of the bindings; they are tokens",
    OutboxRecordsBase: "what OutboxRecords extends; OutboxRecords itself is the name to use",
  },
  "@plinth/testing": {
    EventOf: "how the event sets of the harness look at what they keep; no other code makes one",
    FoundLeak: "made by the leak detector, which alone constructs a LeakError",
    Method: "computes the methods of a Mock",
  },
};
