import { FileError } from '../files.ts';
import type { Process } from '../process.ts';
import { bytesOf, nowhere, sourceOf, type Sink } from '../streams.ts';
import { expandToText } from './expand.ts';
import type { Session, Streams } from './session.ts';
import type { Redirection } from './syntax.ts';

/** Runs something with its streams led elsewhere, and writes what went to files. */
export async function redirected(
  session: Session,
  redirections: readonly Redirection[],
  streams: Streams,
  run: (inner: Streams) => Promise<number>,
): Promise<number> {
  const inner = { stdin: streams.stdin, stdout: streams.stdout, stderr: streams.stderr };
  for (const { from, kind, target } of redirections) {
    const name = await expandToText(session, target, streams);
    const path = name.startsWith('/') ? name : `${session.directory}/${name}`;
    const out = from === 2 ? 'stderr' : 'stdout';
    try {
      if (kind === 'same') inner[out] = name === '2' ? inner.stderr : inner.stdout;
      else if (kind === 'read') inner.stdin = sourceOf(session.process.files.read(path));
      else inner[out] = fileSink(session.process, path, kind === 'append');
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await streams.stderr.write(`sh: can't ${kind === 'read' ? 'open' : 'create'} ${name}: ${error.message}\n`);
      return 1;
    }
  }
  return await run(inner);
}

function fileSink({ files }: Process, path: string, append: boolean): Sink {
  if (path === '/dev/null') return nowhere;
  files.write(path, new Uint8Array(), { append });
  return { write: (chunk) => files.write(path, bytesOf(chunk), { append: true }) };
}
