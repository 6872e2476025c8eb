import { basename, resolve } from 'node:path';

import { count, oneLine } from '../../../answers/index.ts';
import { copyFrom, copyTo, LocalFolder, localFiles, localTarget } from '../../../operations/files/index.ts';
import { sayJson, type CommandCall } from '../command.ts';
import { inPods, textFlag, usage } from './place.ts';

interface Remote {
  readonly namespace: string | undefined;
  readonly pod: string;
  readonly path: string;
}

/** Copies a file or folder out of a container, or into one. A person may use every folder that is theirs. */
export async function cp(call: CommandCall): Promise<number> {
  const [source = '', target = '', ...more] = call.words;
  const [from, to] = [remoteOf(source), remoteOf(target)];
  if (target === '' || more.length > 0 || (from === undefined) === (to === undefined)) {
    throw usage(
      'fairlead cp copies between one pod and this machine.',
      'E.g. fairlead cp web:/etc/nginx ./nginx, or fairlead cp page.html web:/tmp/',
    );
  }
  const container = textFlag(call, 'container');
  return inPods(call, async ({ connection, namespace: here }) => {
    const placeOf = ({ namespace = here, pod, path }: Remote) => ({ namespace, pod, container, path });
    if (from !== undefined) {
      const base = await localTarget(resolve(target), from.path);
      const { leftOutNames, ...done } = await copyFrom(connection, placeOf(from), new LocalFolder(base));
      if (done.leftOut > 0) {
        // Whoever writes in the container has chosen the names.
        const names = leftOutNames.map((name) => oneLine(name));
        call.terminal.note(`Left out, as no files or folders: ${names.join(', ')}${done.leftOut > names.length ? ', …' : ''}`);
      }
      return tell(call, done);
    }
    if (to === undefined) return 2;
    const path = to.path.endsWith('/') ? `${to.path}${basename(resolve(source))}` : to.path;
    return tell(call, await copyTo(connection, placeOf({ ...to, path }), localFiles(resolve(source))));
  });
}

function tell(call: CommandCall, done: { readonly files: number; readonly folders: number; readonly bytes: number }): number {
  if (call.json) sayJson(call, done);
  else call.terminal.note(`${count(done.files, 'file')} copied, ${count(done.bytes, 'byte')}.`);
  return 0;
}

/** `web:/path` and `shop/web:/path`; what begins with a dot or a slash is of this machine. */
function remoteOf(text: string): Remote | undefined {
  const [, namespace, pod, path] = /^(?:([a-z0-9-]+)\/)?([a-z0-9][a-z0-9.-]*):(.+)$/s.exec(text) ?? [];
  return pod === undefined || path === undefined ? undefined : { namespace, pod, path };
}
