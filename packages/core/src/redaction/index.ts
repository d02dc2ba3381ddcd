export { boundedText, redacted, redactText } from "./redact-text.ts";
export { sanitize } from "./sanitize.ts";
export {
  isSecretKey,
  secretEndings,
  secretKeyTest,
  secretNames,
  secretWords,
  type SecretKeyTest,
} from "./secret-keys.ts";
export type { SanitizeLimits } from "./walk.ts";
export { forgetSecret, registerSecret, shortestSecret } from "./secret-values.ts";
