export { JwtAuthorizer } from "./jwt-authorizer.ts";
export {
  asymmetricAlgorithms,
  type JwtAlgorithm,
  type JwtAuthorizerOptions,
} from "./jwt-options.ts";
