import { requireSupportedNode } from "@plinth/support/require-supported-node";

// Older ones fail later, at the first use of something that they do not have.
requireSupportedNode("@plinth/config", globalThis.process?.versions);
