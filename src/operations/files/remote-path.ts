import { posix } from 'node:path';

import { quoted, UsageError } from '../../platform/index.ts';

/**
 * A path in a container as it can be given to a program: it begins with a slash or a dot, so that none is taken for an
 * option.
 * @throws UsageError for a path that can be none
 */
export function remotePath(path: string): string {
  if (path === '' || path.includes('\0') || Buffer.byteLength(path) > 4_096) {
    throw new UsageError(`The path in the container cannot be ${quoted(path, 80)}.`, {
      code: 'invalid-argument',
      field: 'path',
      advice: 'Name a file or folder: /etc/nginx/nginx.conf.',
    });
  }
  const clean = posix.normalize(path).replace(/(?<=.)\/$/, '');
  return clean.startsWith('/') ? clean : `./${clean}`;
}
