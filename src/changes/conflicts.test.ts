import { describe, expect, test } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import { errorFromAnswer, type KubernetesObject, type ResourceKind } from '../kubernetes/index.ts';
import { conflictsOf, takesPart, tryApply } from './conflicts.ts';

const cause = (field: string, message: string) => ({ reason: 'FieldManagerConflict', field, message });

test('a conflict names each field and the manager that owns it, whatever the manager is called', () => {
  const causes = [
    cause('.spec.replicas', 'conflict with "kubectl-client-side-apply" using apps/v1'),
    cause('.data.a', 'conflict with "a \\"quoted\\" one" with subresource "status" using v1 at 2026-01-01T00:00:00Z'),
  ];
  const error = errorFromAnswer(409, { kind: 'Status', reason: 'Conflict', details: { causes } }, {});
  expect(conflictsOf(error)).toEqual([
    { field: 'spec.replicas', owner: 'kubectl-client-side-apply' },
    { field: 'data.a', owner: 'a "quoted" one' },
  ]);
});

test('a conflict that is said otherwise names what it is said of', () => {
  const causes = [
    cause('spec.a.b', 'somebody said: conflict with "them"'),
    cause('.data', ''),
    { reason: 'FieldValueInvalid', field: '.data.b', message: 'conflict with "them"' },
  ];
  const error = errorFromAnswer(409, { kind: 'Status', reason: 'Conflict', details: { causes } }, {});
  expect(conflictsOf(error)).toEqual([
    { field: 'spec.a.b', owner: 'somebody said: conflict with "them"' },
    { field: 'data', owner: '' },
  ]);
});

describe('an apply is tried', () => {
  const object: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'shop' } };
  const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'web' };
  const kind = { group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true } as ResourceKind;
  const conflictWith = (...owners: readonly string[]): SaidAnswer => {
    const causes = owners.map((owner) => cause(`.data.${owner}`, `conflict with "${owner}"`));
    return { status: 409, body: { kind: 'Status', reason: 'Conflict', message: 'conflict', details: { causes } } };
  };
  const tried = async (unforced: SaidAnswer) => {
    const { connection, lines } = connectionTo(({ path }) =>
      path.includes('force=true') ? { body: { kind: 'Forced' } } : unforced,
    );
    const outcome = tryApply({ subject, kind, connection, pending: false }, { action: 'apply', cluster: 'prod', object });
    return { outcome: await outcome, lines: lines() };
  };

  test('without taking anything from anybody where it need not', async () => {
    const { outcome, lines } = await tried({ body: { kind: 'Unforced' } });
    expect(outcome).toEqual({ after: { kind: 'Unforced' }, conflicts: [], takesOwn: false });
    expect(lines).toEqual([expect.stringContaining('dryRun=All')]);
  });

  test.each<[string, readonly string[], readonly string[], boolean]>([
    ['others own', ['kubectl'], ['kubectl'], false],
    ['we own', ['fairlead'], [], true],
    ['others and we own', ['fairlead', 'kubectl'], ['kubectl'], false],
  ])('with force where %s some of it, and tells whom it would be taken from', async (_, owners, foreign, takesOwn) => {
    const { outcome, lines } = await tried(conflictWith(...owners));
    const conflicts = foreign.map((owner) => ({ field: `data.${owner}`, owner }));
    expect(outcome).toEqual({ after: { kind: 'Forced' }, conflicts, takesOwn });
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.includes('dryRun=All'))).toBe(true);
  });

  test('without force where it is refused for anything else', async () => {
    await expect(tried({ status: 403, body: { kind: 'Status', message: 'no' } })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(tried({ status: 409, body: { kind: 'Status', message: 'modified' } })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

test('an object of another version is no conflict over fields', () => {
  const error = errorFromAnswer(409, { kind: 'Status', reason: 'Conflict', message: 'the object has been modified' }, {});
  expect(conflictsOf(error)).toEqual([]);
  expect(conflictsOf(new Error('other'))).toEqual([]);
});

test('an apply that changes no value may still make us an owner', () => {
  const owning = (manager: string, operation: string): KubernetesObject => {
    const metadata = { name: 'web', managedFields: [{ manager, operation, fieldsV1: { 'f:data': {} } }] };
    return { metadata };
  };
  const nobody = { metadata: {} };
  expect(takesPart(nobody, owning('fairlead', 'Apply'))).toBe(true);
  expect(takesPart(owning('fairlead', 'Apply'), owning('fairlead', 'Apply'))).toBe(false);
  expect(takesPart(nobody, owning('kubectl', 'Apply'))).toBe(false);
  expect(takesPart(nobody, owning('fairlead', 'Update'))).toBe(false);
  const more = { metadata: { managedFields: [{ manager: 'fairlead', operation: 'Apply', fieldsV1: { 'f:spec': {} } }] } };
  expect(takesPart(owning('fairlead', 'Apply'), more as unknown as KubernetesObject)).toBe(true);
});
