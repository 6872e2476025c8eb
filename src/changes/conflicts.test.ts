import { expect, test } from 'vitest';

import { errorFromAnswer, type KubernetesObject } from '../kubernetes/index.ts';
import { conflictsOf, takesPart } from './conflicts.ts';

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
});
