import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { checkAgainst, sayPath } from './check.ts';
import { ConfigurationError, sayProblems } from './problems.ts';

const schema = z.strictObject({
  name: z.string().min(1).optional(),
  size: z.int().min(1).max(9).optional(),
  rate: z.number().gt(0).lt(5).optional(),
  on: z.boolean().optional(),
  level: z.enum(['debug', 'info']).optional(),
  tags: z.array(z.string()).min(1).optional(),
  labels: z.record(z.string().regex(/^[a-z]+$/, { error: 'this is no name of a label' }), z.string()).optional(),
  items: z
    .array(
      z.strictObject({
        id: z.string().regex(/^a/, { error: 'must begin with a' }),
        inner: z.strictObject({ deep: z.string() }).optional(),
      }),
    )
    .optional(),
});

describe('findings', () => {
  it.each([
    [{ nam: 'x' }, 'nam', 'key', 'unknown key "nam"; did you mean "name"?'],
    [{ zebra: 1 }, 'zebra', 'key', 'unknown key "zebra" at the top'],
    [{ deep: 1 }, 'deep', 'key', 'unknown key "deep" at the top; it belongs into items[].inner'],
    [{ items: [{ id: 'a', size: 1 }] }, 'items[0].size', 'key', 'unknown key "size" in items[0]; it belongs at the top'],
    [{ 'a:secret': null }, 'a:secret', 'key', 'unknown key at the top; a key is followed by a colon and a space'],
    [{ items: [{}] }, 'items[0]', 'value', 'items[0] needs the key "id"'],
    [{ items: [{ idd: 'a' }] }, 'items[0].idd', 'key', 'unknown key "idd"; did you mean "id"?'],
    [{ items: [{ id: 'b' }] }, 'items[0].id', 'value', 'items[0].id must begin with a'],
    [{ items: {} }, 'items', 'value', 'items must be a list, not a mapping'],
    [{ items: ['x'] }, 'items[0]', 'value', 'items[0] must be a mapping, not text'],
    [{ name: 5 }, 'name', 'value', 'name must be text; put it in quotes'],
    [{ name: '' }, 'name', 'value', 'name is empty; leave it out to set nothing'],
    [{ name: null }, 'name', 'value', 'name has no value; leave it out to set nothing'],
    [{ tags: [] }, 'tags', 'value', 'tags is empty; leave it out to set nothing'],
    [{ tags: 'a,b' }, 'tags', 'value', 'tags must be a list, not text'],
    [{ size: 'x' }, 'size', 'value', 'size must be a number, not text'],
    [{ size: 1.5 }, 'size', 'value', 'size must be a whole number'],
    [{ size: 0 }, 'size', 'value', 'size must be at least 1'],
    [{ size: 10 }, 'size', 'value', 'size must be at most 9'],
    [{ rate: 0 }, 'rate', 'value', 'rate must be more than 0'],
    [{ rate: 5 }, 'rate', 'value', 'rate must be less than 5'],
    [{ rate: Infinity }, 'rate', 'value', 'rate must be a number'],
    [{ on: 'yes' }, 'on', 'value', 'on must be true or false, not text'],
    [{ level: 'inof' }, 'level', 'value', 'level cannot be "inof"; did you mean "info"? Possible: debug, info'],
    [{ level: 'canary' }, 'level', 'value', 'level cannot be that; possible: debug, info'],
    [{ labels: { A: 'x' } }, 'labels.A', 'key', 'labels.A: this is no name of a label'],
    [[], 'the file', 'value', 'the file must be a mapping, not a list'],
    ['text', 'the file', 'value', 'the file must be a mapping, not text'],
  ])('%j', (value, path, at, message) => {
    expect(checkAgainst(schema, value).map((each) => ({ ...each, path: sayPath(each.path) }))).toEqual([{ path, at, message }]);
  });

  it('come for own names only', () => {
    expect(checkAgainst(schema, JSON.parse('{"__proto__": {}, "constructor": 1}')).map(({ message }) => message)).toEqual([
      'unknown key "__proto__" at the top',
      'unknown key "constructor" at the top',
    ]);
  });
});

describe('problems', () => {
  it('are told in their order, ten at most', () => {
    const problems = Array.from({ length: 13 }, (_, n) => ({ position: { line: 20 - n, column: n }, message: `m${n}` }));
    const lines = sayProblems('x.yaml', problems).split('\n');
    expect(lines[0]).toBe('x.yaml:8:12: m12');
    expect(lines).toHaveLength(11);
    expect(lines[10]).toBe('x.yaml: and 3 more');
    expect(new ConfigurationError('x.yaml', problems)).toMatchObject({ code: 'configuration', field: 'x.yaml', problems });
  });
});
