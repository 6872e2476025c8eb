import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { workloadOf } from './workload.ts';

test.each([
  ['api-6c9f7d5b8-x2v9k', 'api'],
  ['checkout-api-84d9c7b6f-r5k2x', 'checkout-api'],
  ['app-0-7d4b9c6f5d-lm2zp', 'app-0'],
  ['kube-proxy-x2v9k', 'kube-proxy'],
  ['cache-0', 'cache'],
  ['cache-12', 'cache'],
  ['backup-29384756-x2v9k', 'backup'],
  ['backup-1712345678-x2v9k', 'backup'],
])('%s belongs to %s', (pod, workload) => {
  expect(workloadOf(pod)).toBe(workload);
});

test.each([
  'web',
  'my-nginx',
  'report-2024',
  'cache-00',
  'db-mssql',
  'gate-https',
  'kube-apiserver-node1',
  'big-5f6d7c8b9-q8w7e',
  'x2v9k',
  'etcd-ip-10-3-0-7-abcde',
])('%s stays', (pod) => {
  expect(workloadOf(pod)).toBe(pod);
});

test('a date is no schedule', () => {
  expect(workloadOf('report-20240101-x2v9k')).toBe('report-20240101');
});

test('takes off what Kubernetes put on', () => {
  const safe = (min: number, max = min) => fc.stringMatching(new RegExp(`^[bcdfghjklmnpqrstvwxz2456789]{${min},${max}}$`));
  // Ends in a vowel, so that nothing of it can be taken for a hash.
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[aeiou]$/);
  fc.assert(
    fc.property(name, safe(8, 10), safe(5), (base, hash, suffix) => {
      fc.pre(!['https', 'xhtml'].includes(suffix));
      expect(workloadOf(`${base}-${hash}-${suffix}`)).toBe(base);
    }),
  );
});
