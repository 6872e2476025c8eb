import { describe, expect, it } from 'vitest';

import { parseJsonPath } from './json-path.ts';

const object = {
  spec: { replicas: 3, list: ['a', 'b', 'c'], 'in.the.name': 'dots', nothing: null },
  status: {
    conditions: [{ type: 'Ready', status: 'True', count: 1 }, { type: 'Stalled', status: 'False', count: 5 }, { type: 'Other' }],
  },
};

describe('paths', () => {
  it.each([
    ['.spec.replicas', [3]],
    ['.spec.nothing', [null]],
    ['.spec.missing', []],
    ['.spec.replicas.deeper', []],
    ['.spec.list[0]', ['a']],
    ['.spec.list[-1]', ['c']],
    ['.spec.list[1:]', ['b', 'c']],
    ['.spec.list[:-1]', ['a', 'b']],
    ['.spec.list[*]', ['a', 'b', 'c']],
    ['.spec.list[9]', []],
    ['.spec.in\\.the\\.name', ['dots']],
    [".spec['in\\.the\\.name']", ['dots']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type == 'Stalled')].status", ['False']],
    ['.status.conditions[?(@.type!="Ready")].type', ['Stalled', 'Other']],
    ['.status.conditions[?(@.count>1)].type', ['Stalled']],
    ['.status.conditions[?(@.count)].type', ['Ready', 'Stalled']],
    ['.status.conditions[?(@.count=="1")].type', []],
    ['.status.conditions[*].type', ['Ready', 'Stalled', 'Other']],
    ['.', [object]],
  ])('%s finds what it says', (path, found) => {
    expect(parseJsonPath(path)?.(object)).toEqual(found);
  });

  it.each(['spec', '.spec[', '.spec[x]', '.spec[?(@.a=~"b")]', '.spec..list'])('%s is none', (path) => {
    expect(parseJsonPath(path)).toBeUndefined();
  });

  it('are read at once, however many signs a text in them escapes', () => {
    expect(parseJsonPath(`.list[?(@.a=="${'\\\\'.repeat(200)})]`)).toBeUndefined();
  });

  it('do not find what an object inherits', () => {
    expect(parseJsonPath('.constructor')?.({})).toEqual([]);
  });
});
