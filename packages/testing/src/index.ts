export {
  engineEndpoint,
  engineVariables,
  type EngineLookup,
  type EngineName,
} from "./engines/engine-endpoint.ts";
export { describeWithEngine, isEngineRequired } from "./engines/describe-with-engine.ts";
