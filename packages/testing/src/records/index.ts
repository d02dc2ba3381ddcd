export { recordFactory, type RecordFactory, type RecordFactoryOptions } from "./record-factory.ts";
