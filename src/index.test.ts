import { readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import * as library from './index.ts';

it('offers these values, and no others', () => {
  expect(Object.keys(library).sort()).toEqual([
    'ClusterManager',
    'FairleadError',
    'KubernetesError',
    'PolicyError',
    'UsageError',
    'isKubernetesError',
  ]);
});

it('offers these types, and no others', async () => {
  const text = await readFile(new URL('index.ts', import.meta.url), 'utf8');
  const named = [...text.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, all, names = '']) =>
    names.split(',').flatMap((name) => {
      const [, type, word] = /^\s*(type )?(\w+)\s*$/.exec(name) ?? [];
      return word !== undefined && (all ?? type) !== undefined ? [word] : [];
    }),
  );
  expect(named.sort()).toEqual([
    'AuditLine',
    'CallOptions',
    'ChangeOptions',
    'Client',
    'ClientOptions',
    'ClusterEntry',
    'ClusterHealth',
    'ClusterManagerOptions',
    'ClusterSource',
    'ClusterSpec',
    'DeleteOptions',
    'Draft',
    'ErrorScene',
    'FieldCause',
    'Health',
    'HealthEvent',
    'HealthStatus',
    'HealthWatch',
    'Json',
    'KubeconfigContextEntry',
    'KubernetesErrorCode',
    'KubernetesObject',
    'ListOptions',
    'LoginSpec',
    'Mode',
    'ObjectMeta',
    'OwnerReference',
    'Page',
    'PatchType',
    'Pem',
    'Permission',
    'PolicyOptions',
    'PolicyRule',
    'Reach',
    'ReadOptions',
    'Resource',
    'ResourceEvent',
    'ResourceKind',
    'Scale',
    'WatchOptions',
    'WriteOptions',
  ]);
});
