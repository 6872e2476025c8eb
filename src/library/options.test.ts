import { expect, it } from 'vitest';

import { ClusterManager } from './manager.ts';
import type { ClusterManagerOptions } from './options.ts';

it.each<[ClusterManagerOptions, string]>([
  [{ kubeconfg: 'x' } as never, 'There is no option "kubeconfg"; did you mean "kubeconfig"?'],
  [{ journal: { foldr: '/var/lib/shop' } } as never, 'There is no option "journal.foldr"; did you mean "folder"?'],
  [{ discover: false, kubeconfig: 'x' }, 'kubeconfig names files to discover clusters in, and discover is false'],
  [{ deadline: 0 }, 'deadline is a number above 0, not "0".'],
  [{ qps: Number.NaN }, 'qps is a number above 0'],
  [{ journal: { key: new Uint8Array(16) } }, 'journal.key has 32 bytes, not 16.'],
  [{ burst: 5 }, 'burst goes with qps, which is not set.'],
  [{ health: { interval: -1 } }, 'health.interval is a number above 0'],
  [{ policy: { mode: 'all' as never } }, 'policy.mode cannot be "all"'],
  [{ policy: { allowedOperations: ['exec'] } }, 'policy.allowedOperations names "exec", which the mode read-only does not allow'],
  [{ audit: { file: '' } }, 'The audit log goes to a file'],
])('%j is refused when the manager is made', (options, message) => {
  expect(() => new ClusterManager(options)).toThrow(message);
});
