export { appConfig, type AppConfig } from "./app-config.ts";
export { AppInfo } from "./app-info.ts";
export { createApp, type App, type AppOptions } from "./create-app.ts";
export { LifecycleError } from "./lifecycle-error.ts";
