import { describe, expect, it } from 'vitest';

import { LONGEST_DOCUMENT, parseConfig, type ConfigDocument } from './document.ts';
import { sayProblems } from './problems.ts';

const CANARY = 'canary-3f9a';

async function read(text: string): Promise<ConfigDocument> {
  const parsed = await parseConfig(text);
  if ('problems' in parsed) throw new Error(sayProblems('file', parsed.problems));
  return parsed.document;
}

async function problemsOf(text: string): Promise<string> {
  const parsed = await parseConfig(text);
  return 'problems' in parsed ? sayProblems('f', parsed.problems) : 'none';
}

describe('a document', () => {
  it('is plain data of YAML 1.2', async () => {
    const { value } = await read('a: 1\nb: yes\nc: "007"\nd: [x, 2.5, true, null]\n1: one\n"quoted key": x\nt: 2024-01-01\n');
    expect(value).toEqual({ a: 1, b: 'yes', c: '007', d: ['x', 2.5, true, null], 1: 'one', 'quoted key': 'x', t: '2024-01-01' });
  });

  it.each([
    ['', undefined],
    ['# nothing\n', undefined],
    ['---\n', undefined],
    ['~', undefined],
    ['\uFEFFa: 1', { a: 1 }],
    ['a:\r\n  b: 1\r\n', { a: { b: 1 } }],
  ])('%j is %j', async (text, value) => {
    expect((await read(text)).value).toEqual(value);
  });

  it('keeps odd names as names', async () => {
    const { value } = await read('__proto__: {x: 1}\nconstructor: 2\n');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('knows the place of every key and value', async () => {
    const document = await read('clusters:\n  - id: a\n    tls: {insecure: true}\n  -   id: b\nqps: 5\n');
    const place = (...args: Parameters<ConfigDocument['position']>): string =>
      Object.values(document.position(...args)).join(':');
    expect(place(['clusters', 0, 'id'])).toBe('2:9');
    expect(place(['clusters', 0, 'id'], 'key')).toBe('2:5');
    expect(place(['clusters', 0, 'tls', 'insecure'], 'key')).toBe('3:11');
    expect(place(['clusters', 1])).toBe('4:7');
    expect(place(['qps'])).toBe('5:6');
    // The nearest thing around what is not there.
    expect(place(['clusters', 1, 'name'])).toBe('4:7');
    expect(place(['clusters', 1, 'name'], 'key')).toBe('4:7');
    expect(place([])).toBe('1:1');
  });

  it('unfolds anchors and merge keys; own keys win, then those merged first', async () => {
    const { value } = await read(
      'base: &base {qps: 1, burst: 2}\nmore: &more {qps: 9, timeout: 3s}\na:\n  <<: [*base, *more]\n  burst: 7\nb: *base\n',
    );
    expect(value).toMatchObject({ a: { qps: 1, burst: 7, timeout: '3s' }, b: { qps: 1, burst: 2 } });
  });

  it('takes the last anchor of a name before its alias', async () => {
    expect((await read('a: &x 1\nb: &x 2\nc: *x\nd: &x 3\n')).value).toEqual({ a: 1, b: 2, c: 2, d: 3 });
  });

  it('says where something merged stands', async () => {
    const document = await read('base: &b\n  qps: 1\na:\n  <<: *b\n');
    expect(document.position(['a', 'qps'])).toEqual({ line: 2, column: 8 });
  });
});

describe('what is no document', () => {
  it.each([
    ['a: [1,\nb: 2', 'f:2:1: this is no valid YAML: the indentation'],
    ['a: b: c', 'f:1:4: this is no valid YAML: a mapping cannot begin here; a value with a colon needs quotes'],
    ['a:\n\t- x', 'f:2:1: this is no valid YAML: tabs do not indent'],
    ['a: 1\nb: @x', 'f:2:4: this is no valid YAML: this character cannot begin a plain value'],
    ['a: "\\q"', 'f:1:5: this is no valid YAML: there is no such escape'],
    ['a: "x', 'f:1:6: this is no valid YAML: something is missing here'],
    ['a: 1\nb: 2\na: 3', 'f:3:1: this is no valid YAML: this key was given before'],
    ['a: 1\n---\nb: 2', 'f:2:1: this is no valid YAML: a second document begins here'],
    ['a: !secret x', 'f:1:4: this is no valid YAML: tags (!) are not supported'],
    ['a: !!binary aGk=', 'f:1:13: tags (!) are not supported'],
    ['a: *nothing', 'f:1:4: there is no such anchor'],
    ['? [a]\n: 1', 'f:1:3: a key is a plain text'],
    ['a: 1\n<<: x', 'f:2:1: << merges a mapping, or a list of mappings'],
    ['a: &a\n  b: *a', 'f:2:6: this alias refers to what it stands in'],
    ['a: &a\n  <<: *a', 'this mapping is merged into itself'],
  ])('%j', async (text, message) => {
    expect(await problemsOf(text)).toContain(message);
  });

  it.each([
    `a: *${CANARY}`,
    `a: !${CANARY} x`,
    `a: @${CANARY}`,
    `a: "${CANARY}\n  \\q${CANARY}"`,
    `a: ${CANARY}: ${CANARY}`,
    `a: [${CANARY}`,
    `a: |\n  x\n${CANARY}\nb: 1`,
    `%${CANARY}\na: 1`,
    `"${CANARY}": 1\n"${CANARY}": 2`,
    `{a: {${CANARY}`,
    `- x\n${CANARY}`,
  ])('quotes nothing of %j', async (text) => {
    const said = await problemsOf(text);
    expect(said).toMatch(/^f:\d+:\d+: /);
    expect(said).not.toContain(CANARY);
  });

  it('says one thing about one slip', async () => {
    expect((await problemsOf('a: 1\n  b: 2\n c: 3')).split('\n')).toHaveLength(1);
  });
});

describe('bounds', () => {
  it('stops a billion laughs', async () => {
    const again = (n: number): string => Array.from({ length: 9 }, () => `*l${n}`).join(', ');
    const levels = Array.from({ length: 12 }, (_, n) => `l${n}: &l${n} [${n === 0 ? 'ha' : again(n - 1)}]`);
    expect(await problemsOf(levels.join('\n'))).toContain('the file unfolds to too many values');
  });

  it('stops the same with merge keys', async () => {
    const keys = Array.from({ length: 200 }, (_, n) => `k${n}: 1`).join(', ');
    const uses = Array.from({ length: 400 }, (_, n) => `a${n}: {<<: *base}`);
    expect(await problemsOf(`base: &base {${keys}}\n${uses.join('\n')}`)).toContain('the file unfolds to too many values');
  });

  it.each([['['.repeat(100_000)], [`a: ${'['.repeat(40)}${']'.repeat(40)}`], [`${'{a: '.repeat(5_000)}1${'}'.repeat(5_000)}`]])(
    'refuses deep nesting %#',
    async (text) => {
      expect(await problemsOf(text)).toMatch(/nested too deep|no valid YAML/);
    },
  );

  it('refuses what is too long', async () => {
    expect(await problemsOf(`# ${'x'.repeat(LONGEST_DOCUMENT)}`)).toBe('f:1:1: the file is longer than 256 KiB');
  });
});
