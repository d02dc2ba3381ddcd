export { escapeControlCharacters } from "./escape-control-characters.ts";
export { redactText } from "./redact-text.ts";
export { sanitize } from "./sanitize.ts";
export { isSecretKey, secretKeyTest, type SecretKeyTest } from "./secret-keys.ts";
export type { SanitizeLimits } from "./walk.ts";
export { forgetSecret, registerSecret } from "./secret-values.ts";
