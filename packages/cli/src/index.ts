export { type Config, defineConfig } from "./config/define-config.ts";
export { main } from "./main.ts";
