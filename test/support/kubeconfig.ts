import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Writes a kubeconfig with one context, named `recorded`, for a server that asks for no login.
 * @returns its path
 */
export async function kubeconfigFor(server: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'fairlead-')), 'config');
  await writeFile(
    path,
    JSON.stringify({
      'current-context': 'recorded',
      clusters: [{ name: 'recorded', cluster: { server } }],
      contexts: [{ name: 'recorded', context: { cluster: 'recorded', user: 'anybody' } }],
      users: [{ name: 'anybody', user: {} }],
    }),
  );
  return path;
}
