import { complain, type Command } from '../process.ts';
import { unixDate } from '../unix-date.ts';
import { optionsOf } from './options.ts';

const say =
  (text: string): Command =>
  async ({ stdout }) => {
    await stdout.write(`${text}\n`);
    return 0;
  };

export const whoami = say('root');
export const id = say('uid=0(root) gid=0(root) groups=0(root)');

export const env: Command = async ({ environment, stdout }) => {
  for (const [name, value] of environment) await stdout.write(`${name}=${value}\n`);
  return 0;
};

export const printenv: Command = async (process) => {
  const { rest } = optionsOf(process, '');
  if (rest.length === 0) return await env(process);
  let code = 0;
  for (const name of rest) {
    const value = process.environment.get(name);
    if (value === undefined) code = 1;
    else await process.stdout.write(`${value}\n`);
  }
  return code;
};

export const hostname: Command = async ({ container, stdout }) => {
  await stdout.write(`${container.hostname}\n`);
  return 0;
};

export const pwd: Command = async ({ directory, stdout }) => {
  await stdout.write(`${directory}\n`);
  return 0;
};

export const uname: Command = async (process) => {
  const all = optionsOf(process, '').flags.has('a');
  await process.stdout.write(all ? `Linux ${process.container.hostname} 6.12.0 #1 SMP x86_64 GNU/Linux\n` : 'Linux\n');
  return 0;
};

/** What a letter of date's format stands for. */
const DATE_PARTS: Readonly<Record<string, (date: Date) => string>> = {
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  Y: (date) => date.toISOString().slice(0, 4),
  m: (date) => date.toISOString().slice(5, 7),
  d: (date) => date.toISOString().slice(8, 10),
  H: (date) => date.toISOString().slice(11, 13),
  M: (date) => date.toISOString().slice(14, 16),
  S: (date) => date.toISOString().slice(17, 19),
  F: (date) => date.toISOString().slice(0, 10),
  T: (date) => date.toISOString().slice(11, 19),
};

export const date: Command = async (process) => {
  const now = new Date(process.clock.now());
  const format = process.argv.find((word) => word.startsWith('+'))?.slice(1);
  const text =
    format === undefined
      ? unixDate(now.getTime())
      : format.replaceAll(/%(\w)/g, (whole, letter: string) => DATE_PARTS[letter]?.(now) ?? whole);
  await process.stdout.write(`${text}\n`);
  return 0;
};

export const ps: Command = async ({ container, stdout, clock }) => {
  const seconds = Math.floor((clock.now() - container.startedAt) / 1000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  await stdout.write(
    `PID   USER     TIME  COMMAND\n    1 root     ${time.padStart(5)} ${container.command}\n    7 root      0:00 ps\n`,
  );
  return 0;
};

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export const sleep: Command = async (process) => {
  const [, amount, unit = 's'] = /^(\d*\.?\d+|infinity|inf)([smhd])?$/.exec(process.argv[1] ?? '') ?? [];
  if (amount === undefined) return await complain(process, `invalid time interval '${process.argv[1] ?? ''}'`);
  const seconds = amount.startsWith('inf') ? Infinity : Number(amount) * (UNITS[unit] ?? 1);
  const { clock, signal } = process;
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  const cancel = seconds === Infinity ? undefined : clock.after(seconds * 1000, resolve);
  try {
    await promise;
  } finally {
    cancel?.();
    signal.removeEventListener('abort', stop);
  }
  return 0;
};

/** After so many lines others get their turn: nobody may read them, and there can be as many as there are numbers. */
const LINES_AT_ONCE = 1000;

export const seq: Command = async (process) => {
  const numbers = process.argv.slice(1).map(Number);
  const [from = 1, step = 1, to = 0] =
    numbers.length === 3 ? numbers : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : [1, 1, numbers[0]];
  if (numbers.some(Number.isNaN)) return await complain(process, `invalid number '${process.argv.slice(1).join(' ')}'`);
  if (step === 0) return await complain(process, "invalid increment '0'");
  for (let number = from, lines = 1; step > 0 ? number <= to : number >= to; number += step, lines++) {
    await process.stdout.write(`${number}\n`);
    if (lines % LINES_AT_ONCE !== 0) continue;
    await new Promise((resolve) => setImmediate(resolve));
    process.signal.throwIfAborted();
  }
  return 0;
};

export const succeed: Command = () => 0;
export const fail: Command = () => 1;
