import { destination, pino, type Logger } from 'pino';

/** Synchronous, so that the last line before an exit is not lost. */
export function stderrLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination({ fd: 2, sync: true }));
}
