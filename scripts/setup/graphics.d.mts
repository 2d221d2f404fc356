export function graphicsEnvironment(env?: NodeJS.ProcessEnv): Record<string, string>;
export function hasGraphicsHardware(): boolean;
