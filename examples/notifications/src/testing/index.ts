export { FakeSender } from "./fake-sender.ts";
