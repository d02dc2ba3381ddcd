import { requireSupportedNode } from "@plinth/support/require-supported-node";

// Older versions would fail later, at the first use of a feature that they lack.
requireSupportedNode("@plinth/core", globalThis.process?.versions);
