import { appendFileSync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { messageOf, systemCode } from '../platform/index.ts';

/** Where audit text goes. */
export interface AuditOutput {
  append(text: string): Promise<void>;
  /** The same at once, for a process that is about to end. */
  appendNow(text: string): void;
  close(): Promise<void>;
}

const MODE = 0o600;

/** Appends to a file that is opened, and made with mode 0600, by the first text. */
export function fileOutput(path: string): AuditOutput {
  let file: FileHandle | undefined;
  return {
    async append(text) {
      file ??= await open(path, 'a', MODE);
      await file.appendFile(text);
    },
    appendNow(text) {
      appendFileSync(path, text, { mode: MODE });
    },
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}

export function stderrOutput(): AuditOutput {
  return {
    append: (text) =>
      new Promise((resolve, reject) => {
        process.stderr.write(text, (error) => (error ? reject(error) : resolve()));
      }),
    appendNow: (text) => void writeSync(2, text),
    close: () => Promise.resolve(),
  };
}

/** Text waits at most this long, in milliseconds, … */
const FLUSH_AFTER = 250;
/** … or until there are so many characters of it. */
const FLUSH_AT = 64 * 1024;
/** A disk that hangs must not fill the memory: beyond so many characters lines are counted and lost. */
const KEEP_AT_MOST = 8 * 1024 * 1024;

/**
 * Collects lines and writes them together. What cannot be written is lost, and counted: the log itself says how many
 * lines are missing as soon as it can be written again.
 * @param onProblem told once each time that writing begins to fail
 */
export function bufferedWriter(
  output: AuditOutput,
  onProblem: (message: string) => void = () => undefined,
): { add(line: string): void; close(): Promise<void> } {
  let waiting: string[] = [];
  let size = 0;
  let lost = 0;
  let failing = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  const take = (): { readonly text: string; readonly lines: number } => {
    const gap = lost > 0 ? `${JSON.stringify({ time: new Date().toISOString(), lost })}\n` : '';
    const batch = { text: gap + waiting.join(''), lines: waiting.length };
    waiting = [];
    size = 0;
    return batch;
  };
  const failed = (error: unknown, lines: number): void => {
    lost += lines;
    if (failing) return;
    failing = true;
    onProblem(`The audit log cannot be written (${systemCode(error) ?? messageOf(error)}); lines are lost until it can.`);
  };
  const write = async (): Promise<void> => {
    const before = lost;
    const { text, lines } = take();
    try {
      await output.append(text);
      lost -= before;
      failing = false;
    } catch (error) {
      failed(error, lines);
    }
  };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.length > 0) await write();
  };
  const start = (): void => {
    writing ??= flush().finally(() => {
      writing = undefined;
    });
  };
  const atExit = (): void => {
    if (waiting.length === 0 && lost === 0) return;
    try {
      output.appendNow(take().text);
    } catch {
      // Nobody is left who could be told.
    }
  };
  process.once('exit', atExit);

  return {
    add(line) {
      if (closed || size + line.length > KEEP_AT_MOST) {
        failed(new Error(closed ? 'it is closed' : 'the disk is too slow'), 1);
        return;
      }
      waiting.push(line);
      size += line.length;
      if (size >= FLUSH_AT) start();
      else timer ??= setTimeout(start, FLUSH_AFTER).unref();
    },
    async close() {
      if (closed) return;
      closed = true;
      process.removeListener('exit', atExit);
      await writing;
      await flush();
      if (lost > 0) await write();
      try {
        await output.close();
      } catch (error) {
        failed(error, 0);
      }
    },
  };
}
