/**
 * estrom inside another program: `await startEstrom(loadConfig({ port: '0' }, {}).config, log)`.
 * Everything that is not exported here may change at any time.
 */
export type { Config } from './config.ts';
export { ConfigError, type LoadedConfig, loadConfig } from './config-load.ts';
export { type ErrorCode, EstromError } from './errors.ts';
export { type Estrom, startEstrom } from './estrom.ts';
export { createLogger, type Logger } from './log.ts';
