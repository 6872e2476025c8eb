import { createHash } from 'node:crypto';

import { FileError } from '../files.ts';
import { complain, pathOf, type Command, type Process } from '../process.ts';
import { linesFrom, readAll, sourceOf, type Source } from '../streams.ts';
import { optionsOf } from './options.ts';

/** Calls back with each file that is named, or with stdin; what cannot be read is complained of. Returns the exit code. */
async function eachInput(
  process: Process,
  names: readonly string[],
  use: (source: Source, name: string) => Promise<void>,
): Promise<number> {
  let code = 0;
  for (const name of names.length === 0 ? ['-'] : names) {
    try {
      await use(name === '-' ? process.stdin : sourceOf(process.files.read(pathOf(process, name))), name);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      code = await complain(process, `${name}: ${error.message}`);
    }
  }
  return code;
}

export const cat: Command = (process) =>
  eachInput(process, optionsOf(process, '').rest, async (source) => {
    for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) await process.stdout.write(chunk);
  });

const UNESCAPED: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  a: '\u0007',
  e: '\u001b',
  '0': '\0',
};
const unescape = (text: string): string => text.replaceAll(/\\([ntrae0\\])/g, (_, letter: string) => UNESCAPED[letter] ?? '');

export const echo: Command = async ({ argv, stdout }) => {
  let words = argv.slice(1);
  let [end, escapes] = ['\n', false];
  while (/^-[neE]+$/.test(words[0] ?? '')) {
    if (words[0]?.includes('n') === true) end = '';
    if (words[0]?.includes('e') === true) escapes = true;
    words = words.slice(1);
  }
  const text = words.join(' ');
  await stdout.write((escapes ? unescape(text) : text) + end);
  return 0;
};

export const printf: Command = async ({ argv, stdout }) => {
  const [, format = '', ...values] = argv;
  do {
    const text = unescape(format).replaceAll(/%([sd%])/g, (_, kind: string) =>
      kind === '%' ? '%' : (values.shift() ?? (kind === 'd' ? '0' : '')),
    );
    await stdout.write(text);
  } while (values.length > 0 && /%[sd]/.test(format));
  return 0;
};

export const wc: Command = async (process) => {
  const { flags, rest } = optionsOf(process, '');
  const wanted = ['l', 'w', 'c'].filter((flag) => flags.has(flag) || flags.size === 0);
  return await eachInput(process, rest, async (source, name) => {
    const bytes = await readAll(source);
    const text = bytes.toString();
    const counts: Readonly<Record<string, number>> = {
      l: text.split('\n').length - 1,
      w: text.split(/\s+/).filter((word) => word !== '').length,
      c: bytes.length,
    };
    await process.stdout.write(`${wanted.map((flag) => counts[flag]).join(' ')}${name === '-' ? '' : ` ${name}`}\n`);
  });
};

/** The number after `-n`, or in `-5`; the way that head and tail are asked. */
function countOf(process: Process): { readonly count: number; readonly rest: readonly string[] } {
  const argv = process.argv.flatMap((word) => (/^-\d+$/.test(word) ? ['-n', word.slice(1)] : [word]));
  const { values, rest } = optionsOf({ ...process, argv }, 'n');
  return { count: Number(values.get('n') ?? 10), rest };
}

export const head: Command = async (process) => {
  const { count, rest } = countOf(process);
  return await eachInput(process, rest, async (source) => {
    let written = 0;
    if (count === 0) return;
    for await (const line of linesFrom(source)) {
      await process.stdout.write(`${line}\n`);
      if (++written >= count) return;
    }
  });
};

export const tail: Command = async (process) => {
  const { count, rest } = countOf(process);
  return await eachInput(process, rest, async (source) => {
    const kept: string[] = [];
    for await (const line of linesFrom(source)) {
      kept.push(line);
      if (kept.length > count) kept.shift();
    }
    for (const line of kept) await process.stdout.write(`${line}\n`);
  });
};

export const grep: Command = async (process) => {
  const { flags, values, rest } = optionsOf(process, 'e');
  const [pattern = '', ...names] = values.has('e') ? [values.get('e') ?? '', ...rest] : rest;
  const source = flags.has('F') ? pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`) : pattern;
  let expression: RegExp;
  try {
    expression = new RegExp(source, flags.has('i') ? 'i' : '');
  } catch {
    return await complain(process, 'Invalid regular expression', 2);
  }
  let found = 0;
  const code = await eachInput(process, names, async (input, name) => {
    let [number, own] = [0, 0];
    const place = names.length > 1 ? `${name}:` : '';
    for await (const line of linesFrom(input)) {
      number++;
      if (expression.test(line) === flags.has('v')) continue;
      own++;
      if (!flags.has('c') && !flags.has('q'))
        await process.stdout.write(`${place}${flags.has('n') ? `${number}:` : ''}${line}\n`);
    }
    if (flags.has('c')) await process.stdout.write(`${place}${own}\n`);
    found += own;
  });
  return code !== 0 ? 2 : found > 0 ? 0 : 1;
};

export const sort: Command = async (process) => {
  const { flags, rest } = optionsOf(process, '');
  const lines: string[] = [];
  const code = await eachInput(process, rest, async (source) => {
    for await (const line of linesFrom(source)) lines.push(line);
  });
  lines.sort(flags.has('n') ? (a, b) => Number.parseFloat(a) - Number.parseFloat(b) : undefined);
  if (flags.has('r')) lines.reverse();
  for (const line of flags.has('u') ? new Set(lines) : lines) await process.stdout.write(`${line}\n`);
  return code;
};

export const uniq: Command = async (process) => {
  const { flags, rest } = optionsOf(process, '');
  return await eachInput(process, rest, async (source) => {
    const groups: { line: string; count: number }[] = [];
    for await (const line of linesFrom(source)) {
      const last = groups.at(-1);
      if (last?.line === line) last.count++;
      else groups.push({ line, count: 1 });
    }
    for (const { line, count } of groups)
      await process.stdout.write(flags.has('c') ? `${String(count).padStart(7)} ${line}\n` : `${line}\n`);
  });
};

export const tee: Command = async (process) => {
  const { flags, rest } = optionsOf(process, '');
  const bytes = await readAll(process.stdin);
  await process.stdout.write(bytes);
  for (const name of rest) process.files.write(pathOf(process, name), bytes, { append: flags.has('a') });
  return 0;
};

const sum =
  (algorithm: string): Command =>
  (process) =>
    eachInput(process, optionsOf(process, '').rest, async (source, name) => {
      await process.stdout.write(
        `${createHash(algorithm)
          .update(await readAll(source))
          .digest('hex')}  ${name}\n`,
      );
    });

export const sha256sum = sum('sha256');
export const md5sum = sum('md5');
