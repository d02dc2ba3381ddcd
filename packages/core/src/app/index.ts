export { appConfig, type AppConfig } from "./app-config.ts";
export { AppInfo } from "./app-info.ts";
export type { App, AppOptions } from "./app.ts";
export { createApp } from "./create-app.ts";
export { LifecycleError } from "./lifecycle-error.ts";
