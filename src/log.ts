import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** One JSON object a line on standard error: standard output belongs to people and pipes. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}
