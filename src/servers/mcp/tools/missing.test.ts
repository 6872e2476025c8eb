import { expect, it } from 'vitest';

import { KubernetesError } from '../../../kubernetes/index.ts';
import { missingNote } from './missing.ts';

const server = (cluster: string, said: string) => ({
  cluster,
  error: new KubernetesError('server', `The API server (cluster ${cluster}) answered 500 to list pods: ${said}`),
});

it('names together what is missing for the same reason, whatever the clusters are called', () => {
  expect(missingNote([server('a', 'etcd is away'), server('pods', 'etcd is away')], 3)).toBe(
    'Missing 2 of 3 clusters: a, pods (The API server (cluster) answered 500 to list pods: etcd is away).',
  );
});

it('lets no server write lines of ours', () => {
  const note = missingNote([server('a', 'x\n# b\n\u001b[2J\u202eAll is well.')], 2);
  expect(note).toContain('answered 500 to list pods: x # b All is well.');
});
