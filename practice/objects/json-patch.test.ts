import { describe, expect, it } from 'vitest';

import { jsonPatched } from './json-patch.ts';

const target = { a: { 'x/y': 1 }, list: ['p', 'q'] };

describe('jsonPatched', () => {
  it('does every operation in turn and leaves what it was given alone', () => {
    const patch = [
      { op: 'test', path: '/list/0', value: 'p' },
      { op: 'add', path: '/list/1', value: 'n' },
      { op: 'add', path: '/list/-', value: 'end' },
      { op: 'replace', path: '/a/x~1y', value: 2 },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'move', from: '/list/0', path: '/first' },
    ];
    expect(jsonPatched(target, patch)).toEqual({ a: { 'x/y': 2 }, b: { 'x/y': 2 }, first: 'p', list: ['n', 'q', 'end'] });
    expect(target).toEqual({ a: { 'x/y': 1 }, list: ['p', 'q'] });
  });

  it('is as generous as the API server: indices from the end, and replacing what is not there', () => {
    const patch = [
      { op: 'remove', path: '/list/-1' },
      { op: 'replace', path: '/new', value: 1 },
    ];
    expect(jsonPatched(target, patch)).toMatchObject({ list: ['p'], new: 1 });
  });

  it('refuses to copy more than the server has room for', () => {
    const doubled = Array.from({ length: 40 }, (_, index) => ({ op: 'copy', from: '/a', path: `/a/copy-${index}` }));
    expect(() => jsonPatched(target, doubled)).toThrow('the server rejected our request due to an error in our request');
  });

  it.each([
    [{ op: 'remove', path: '/none' }],
    [{ op: 'remove', path: '/list/2' }],
    [{ op: 'add', path: '/none/x', value: 1 }],
    [{ op: 'test', path: '/list/0', value: 'q' }],
    [{ op: 'move', from: '/none', path: '/x' }],
    [{ op: 'add', path: 'list', value: 1 }],
    [{ op: 'rename', path: '/a' }],
  ])('refuses %o without saying why, as the server does', (operation) => {
    expect(() => jsonPatched(target, [operation])).toThrow('the server rejected our request due to an error in our request');
  });
});
