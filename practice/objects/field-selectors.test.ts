import { describe, expect, it } from 'vitest';

import { parseFieldSelector } from './field-selectors.ts';

const POD = { group: '', kind: 'Pod' };
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  spec: { nodeName: 'node-1' },
  status: { phase: 'Running' },
};

describe('parseFieldSelector', () => {
  it.each([
    ['', true],
    ['metadata.name=web', true],
    ['spec.nodeName=node-1,status.phase!=Pending', true],
    ['spec.nodeName=', false],
    ['spec.hostNetwork=false', true],
  ])('%s', (text, matches) => {
    expect(parseFieldSelector(text, POD)(pod)).toBe(matches);
  });

  it.each([
    ['spec.foo=x', POD, 'field label not supported: spec.foo'],
    [
      'spec.foo=x',
      { group: 'apps', kind: 'Deployment' },
      '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['spec.foo=x', { group: 'batch', kind: 'Job' }, 'field label "spec.foo" not supported for Job'],
    ['spec.foo', POD, "invalid selector: 'spec.foo'; can't understand 'spec.foo'"],
  ])('refuses %s of %o', (text, kind, message) => {
    expect(() => parseFieldSelector(text, kind)).toThrow(message);
  });
});
