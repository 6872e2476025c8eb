import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { difference, FieldSetBuilder, intersection, pathsIn, pathText, union, type FieldSet } from './field-set.ts';

const setOf = (paths: readonly (readonly string[])[]): FieldSet => {
  const set = new FieldSetBuilder();
  for (const path of paths) set.add(path);
  return set.build();
};

const paths = fc.array(fc.array(fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}'), { minLength: 1, maxLength: 3 }), {
  maxLength: 6,
});
const texts = (set: FieldSet): readonly string[] =>
  pathsIn(set)
    .map((path) => path.join('/'))
    .toSorted();

describe('field sets', () => {
  it('are written as managedFields have them', () => {
    const set = setOf([
      ['f:spec', 'f:replicas'],
      ['f:metadata', 'f:labels'],
      ['f:metadata', 'f:labels', 'f:app'],
    ]);
    expect(set).toEqual({ 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': { 'f:replicas': {} } });
  });

  it('unite, intersect and subtract as sets of paths do', () => {
    fc.assert(
      fc.property(paths, paths, (left, right) => {
        const [a, b] = [setOf(left), setOf(right)];
        const [inA, inB] = [texts(a), texts(b)];
        expect(texts(intersection(a, b))).toEqual(inA.filter((path) => inB.includes(path)));
        expect(texts(difference(a, b))).toEqual(inA.filter((path) => !inB.includes(path)));
        expect(union(a, b)).toEqual(setOf([...left, ...right]));
      }),
      { numRuns: 300 },
    );
  });

  it('name their paths as conflicts do', () => {
    const path = ['f:spec', 'f:containers', 'k:{"name":"web"}', 'f:ports', 'k:{"containerPort":80,"protocol":"TCP"}', 'f:name'];
    expect(pathText(path)).toBe('.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"].name');
    expect(pathText(['f:metadata', 'f:finalizers', 'v:"a/b"'])).toBe('.metadata.finalizers[="a/b"]');
  });
});
