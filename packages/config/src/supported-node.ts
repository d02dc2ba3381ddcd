import { requireSupportedNode } from "./require-supported-node.ts";

// Older ones fail later, at the first use of something that they do not have.
requireSupportedNode("@plinth/config", globalThis.process?.versions);
