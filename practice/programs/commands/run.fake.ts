import { practiceClock } from '../../clock.ts';
import { fileSystem, type FileSystem } from '../files.ts';
import { bytesOf, sourceOf, type Sink } from '../streams.ts';
import { execute } from './index.ts';

export interface Ran {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

const START = Date.parse('2026-11-20T12:00:00Z');

export const testFiles = (files: Readonly<Record<string, string>> = {}): FileSystem => fileSystem(files, () => START);

function collecting(): Sink & { text(): string } {
  const chunks: Uint8Array[] = [];
  return { write: (chunk) => void chunks.push(bytesOf(chunk)), text: () => Buffer.concat(chunks).toString('latin1') };
}

/** Runs a command as exec would, in a container of these files. */
export async function run(
  argv: readonly string[],
  files: FileSystem = testFiles(),
  stdin: string | Uint8Array = '',
): Promise<Ran> {
  const [stdout, stderr] = [collecting(), collecting()];
  const code = await execute({
    argv,
    environment: new Map([
      ['HOME', '/root'],
      ['MODE', 'fast'],
      ['WORDS', 'two words'],
    ]),
    directory: '/',
    files,
    stdin: sourceOf(stdin),
    stdout,
    stderr,
    terminal: false,
    clock: practiceClock(START),
    container: { hostname: 'web-1', command: '/server', startedAt: START - 65_000 },
    signal: new AbortController().signal,
  });
  return { code, out: stdout.text(), err: stderr.text() };
}
