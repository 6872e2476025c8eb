import { describe, expect, it } from 'vitest';

import { at, groupKindOf, groupOf, listAt, mapAt, numberAt, textAt } from './objects.ts';

const object = { metadata: { name: 'web', labels: { app: 'web', odd: 7 } }, spec: { replicas: 0, list: [{ image: 'a' }] } };

describe('what stands at a path', () => {
  it('is found, through lists too', () => {
    expect(at(object, 'spec', 'list', 0, 'image')).toBe('a');
    expect(at(object)).toBe(object);
  });

  it.each([[null], [undefined], [7], ['text'], [{ metadata: null }], [[]]])('is nothing in %j', (value) => {
    expect(at(value, 'metadata', 'name')).toBeUndefined();
  });

  it('is never what objects inherit', () => {
    for (const key of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) expect(at(object, key)).toBeUndefined();
    expect(at([], 'length', 'x')).toBeUndefined();
  });

  it('is taken for what it is and nothing else', () => {
    expect([textAt(object, 'metadata', 'name'), textAt(object, 'spec', 'replicas')]).toEqual(['web', undefined]);
    expect([numberAt(object, 'spec', 'replicas'), numberAt(object, 'metadata', 'name')]).toEqual([0, undefined]);
    expect([listAt(object, 'spec', 'list'), listAt(object, 'spec')]).toEqual([[{ image: 'a' }], []]);
    expect([mapAt(object, 'metadata', 'labels'), mapAt(object, 'metadata', 'name'), mapAt(null)]).toEqual([
      { app: 'web' },
      {},
      {},
    ]);
  });
});

describe('the kind of an object', () => {
  it.each([
    [{ apiVersion: 'v1', kind: 'Pod' }, '', '/Pod'],
    [{ apiVersion: 'apps/v1', kind: 'Deployment' }, 'apps', 'apps/Deployment'],
    [{ apiVersion: 'serving.knative.dev/v1', kind: 'Service' }, 'serving.knative.dev', 'serving.knative.dev/Service'],
    [{ apiVersion: undefined }, '', '/'],
    [{ apiVersion: 7, kind: null }, '', '/'],
  ])('of %j is of group "%s"', (object, group, kind) => {
    expect(groupOf(object.apiVersion)).toBe(group);
    expect(groupKindOf(object)).toBe(kind);
  });
});
