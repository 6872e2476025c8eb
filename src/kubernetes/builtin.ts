import type { ResourceKind } from './discovery.ts';

function core(resource: string, singular: string, kind: string, namespaced: boolean): ResourceKind {
  return {
    group: '',
    version: 'v1',
    kind,
    resource,
    singular,
    shortNames: [],
    categories: [],
    namespaced,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    subresources: [],
    preferred: true,
  };
}

/** Kinds that every API server has, for code that needs them without asking what is served. */
export const NAMESPACES = core('namespaces', 'namespace', 'Namespace', false);
export const NODES = core('nodes', 'node', 'Node', false);
