import type { Logger as Pino } from 'pino';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** Lines for whoever runs the process; never anything secret, never a body. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

const RANK: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * Writes JSON lines to stderr: stdout belongs to the protocol. The library behind it is loaded with the first line that
 * is written, since most processes never write one.
 */
export function createLogger(level: Level): Logger {
  let loading: Promise<Pino> | undefined;
  const write = (at: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    if (RANK[at] < RANK[level]) return;
    loading ??= import('./pino.ts').then(({ stderrLogger }) => stderrLogger(level));
    void loading.then((logger) => logger[at](fields, message));
  };
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}
