import type { ResourceKind } from '../../src/kubernetes/index.ts';

/** A kind as discovery tells of it: namespaced, of the core group, and without verbs and subresources unless said otherwise. */
export function kindNamed(kind: string, more: Partial<ResourceKind> = {}): ResourceKind {
  return {
    group: '',
    version: 'v1',
    kind,
    resource: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: [],
    subresources: [],
    preferred: true,
    ...more,
  };
}
