import { describe, expect, it } from 'vitest';

import { at, listAt, mapAt, numberAt, textAt } from './objects.ts';

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
