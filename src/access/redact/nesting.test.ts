import { describe, expect, test } from 'vitest';

import { redactObject, redactText } from './text.ts';

const SHAPES: readonly (readonly [string, (inner: unknown) => unknown])[] = [
  ['objects', (inner) => ({ x: inner })],
  ['lists', (inner) => [inner]],
  ['lists of objects', (inner) => [{ x: inner }]],
  ['objects of lists', (inner) => ({ x: [inner] })],
  ['annotations that are none', (inner) => ({ annotations: { x: inner } })],
];

function nested(levels: number, wrap: (inner: unknown) => unknown, value: unknown): unknown {
  let object = value;
  for (let level = 0; level < levels; level++) object = wrap(object);
  return object;
}

/** All texts in it, found without recursion. */
function textsOf(object: unknown): string[] {
  const texts: string[] = [];
  const waiting = [object];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string') texts.push(next);
    else if (typeof next === 'object' && next !== null) waiting.push(...(Object.values(next) as unknown[]));
  }
  return texts;
}

describe.each(SHAPES)('%s', (_, wrap) => {
  test('are looked through as deep as any schema goes', () => {
    const deep = redactObject(nested(40, wrap, { password: 'hunter2', note: 'plain', none: null }));
    expect(textsOf(deep).toSorted()).toEqual(['<redacted 7 bytes>', 'plain']);
  });

  test('are not shown beyond that, and never break it', () => {
    const deep = redactObject(nested(20_000, wrap, ['plain', { note: 'plain', none: null }]));
    expect(new Set(textsOf(deep))).toEqual(new Set(['<redacted>']));
  });
});

describe('JSON in a text', () => {
  test.each([
    ['{"token":"hunter2","x":1}', '{"token":"<redacted 7 bytes>","x":1}'],
    ['[{"token":"hunter2"},1]', '[{"token":"<redacted 7 bytes>"},1]'],
    ['["--token","hunter2"]', '["--token","<redacted>"]'],
    [' \n {"token":"hunter2"}', '{"token":"<redacted 7 bytes>"}'],
    ['\t[\n\t\t{"token": "hunter2"}\n]', '[\n\t\t{\n\t\t\t\t"token": "<redacted 7 bytes>"\n\t\t}\n]'],
    ['{\r\n  "token": "hunter2"\r\n}', '{\n  "token": "<redacted 7 bytes>"\n}'],
    ['{"token": "hunter2",\n  "x": 1}', '{"token":"<redacted 7 bytes>","x":1}'],
  ])('is read as what it is, and keeps its indentation: %j', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  test.each(['{"token": "true",  "x": 1}', '[ "token" , 1 ]', '{ "password" : null }'])(
    'stays as it was written when it holds none: %j',
    (text) => {
      expect(redactText(text)).toBe(text);
    },
  );

  test('that is none, or too long to be read, is looked through as text', () => {
    expect(redactText('{"token":"hunter2"} and more')).toBe('{"token":"<redacted>"} and more');
    const long = JSON.stringify({ token: 'hunter2', x: 'y'.repeat(600_000) });
    expect(redactText(long)).toBe(long.replace('hunter2', '<redacted>'));
  });

  test('hides its secrets however often it was quoted', () => {
    let text = JSON.stringify({ token: 'hunter2', note: 'plain' });
    for (let times = 0; times < 6; times++) {
      const shown = redactText(text);
      expect(shown).not.toContain('hunter2');
      expect(shown).toContain('plain');
      text = JSON.stringify({ inner: text });
    }
  });
});

describe('numbers', () => {
  test('are passwords where they are long enough and called so', () => {
    const given = { password: 1234, adminPin: 1234, port: 1234, token: 1234, labels: { password: 1234 } };
    expect(redactObject(structuredClone(given))).toEqual({ ...given, password: '<redacted 4 bytes>' });
    expect(redactObject({ password: 999, other: { password: 1000 } })).toEqual({
      password: 999,
      other: { password: '<redacted 4 bytes>' },
    });
  });
});

describe('a name and its value side by side', () => {
  test.each(['name', 'key', 'variable', 'Name', 'Key'])('under %s', (field) => {
    expect(redactObject({ [field]: 'DB_PASSWORD', value: 'hunter2' })).toEqual({
      [field]: 'DB_PASSWORD',
      value: '<redacted 7 bytes>',
    });
    expect(redactObject({ [field]: 'DB_PASSWORD', default: 'hunter2' })).toMatchObject({ default: '<redacted 7 bytes>' });
  });

  test.each(['cookie', 'Set-Cookie'])('%s is a login', (name) => {
    expect(redactObject({ name, value: 'a=hunter2' })).toEqual({ name, value: '<redacted 9 bytes>' });
  });

  test.each([
    { key: 'password', value: 'plain', effect: 'NoSchedule' },
    { key: 'password', value: 'plain', operator: 'Equal' },
    { name: 'password', value: 'true' },
    { name: 'password', value: 7 },
    { name: 7, value: 'plain' },
    { name: 'my-cookie-jar', value: 'plain' },
    { name: 'cookies', value: 'plain' },
    { name: 'cookie', value: 'off' },
    { title: 'password', value: 'plain' },
    { labels: { name: 'password', value: 'plain' } },
  ])('%j is none', (given) => {
    expect(redactObject(structuredClone(given))).toEqual(given);
  });

  test('of an address only the password is hidden, and only where it is called one', () => {
    const url = 'postgres://me:hunter2@db/x';
    expect(redactObject({ dsn: url, password: url, note: url, connString: 'me hunter2' })).toEqual({
      dsn: 'postgres://me:<redacted>@db/x',
      password: '<redacted 26 bytes>',
      note: 'postgres://me:<redacted>@db/x',
      connString: '<redacted 10 bytes>',
    });
  });
});

test('managedFields of the API server are dropped, a field that is called so is not', () => {
  expect(redactObject({ metadata: { managedFields: [{ manager: 'x' }] } })).toEqual({ metadata: {} });
  expect(redactObject({ managedFields: { a: 'x' } })).toEqual({ managedFields: { a: 'x' } });
});
