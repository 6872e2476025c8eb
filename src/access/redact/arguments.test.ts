import { describe, expect, test } from 'vitest';

import { redactObject } from './text.ts';

const seen = (...args: unknown[]): unknown => redactObject({ args }).args;

describe('the value of an option', () => {
  test.each([
    [['--password', 'hunter2', 'x']],
    [['-password', 'hunter2', 'x']],
    [['--db.api-key', 'hunter2', 'x']],
    [['--token', 'hunter2 in words', 'x']],
  ])('is the next word: %j', ([option, , next]) => {
    expect(seen(option, 'hunter2', next)).toEqual([option, '<redacted>', next]);
  });

  test.each([
    ['another option', ['--password', '--verbose']],
    ['a reference', ['--password', '$(DB_PASSWORD)']],
    ['what follows something else', ['--password', 7, 'plain']],
    ['what follows nothing', ['--password', null, 'plain']],
    ['the word of no option', ['password', 'plain']],
    ['the word after a text that only holds one', ['x --password', 'plain']],
    ['the word after an option with more in it', ['--password true', 'plain']],
    ['the word after two dashes', ['--', 'plain', '-p', 'plain']],
    ['the word after a number', ['--1password', 'plain']],
  ])('is not %s', (_, args) => {
    expect(seen(...args)).toEqual(args);
  });

  test('is what follows its sign, blanks and all', () => {
    expect(
      seen('--password=my hunter2', '-password=hunter2', '/password=hunter2', '-Ddb.password=a b', '-DbPassword=hunter2'),
    ).toEqual([
      '--password=<redacted>',
      '-password=<redacted>',
      '/password=<redacted>',
      '-Ddb.password=<redacted>',
      '-DbPassword=<redacted>',
    ]);
    expect(seen('PASSWORD=two\nlines', 'TOKEN=true', 'USER=me password', 'PASSWORD=')).toEqual([
      'PASSWORD=<redacted>',
      'TOKEN=true',
      'USER=me password',
      'PASSWORD=',
    ]);
    // The first sign is the one that counts, and no sentence is a word.
    expect(seen('--from-literal=password=hunter2', 'use token=hunter2 now')).toEqual([
      '--from-literal=password=<redacted>',
      'use token=<redacted> now',
    ]);
  });
});

describe('a script', () => {
  test.each(['-c', '-ec', '-euxc'])('after %s is no single assignment', (flag) => {
    expect(seen('sh', flag, 'TOKEN=hunter2 app; echo done')).toEqual(['sh', flag, 'TOKEN=<redacted> app; echo done']);
  });

  test.each(['-x', '-cx', 'x-c', '-toolongc', 7, '-C'])('is not what comes after %s', (flag) => {
    expect(seen(flag, 'TOKEN=hunter2 app; echo done')).toEqual([flag, 'TOKEN=<redacted>']);
  });
});

test('all that stands in a list under a telling name is hidden, and lists in lists are looked through', () => {
  expect(redactObject({ passwords: ['hunter2', 'true', 7, ['x']] })).toEqual({
    passwords: ['<redacted 7 bytes>', 'true', 7, ['<redacted 1 bytes>']],
  });
  expect(redactObject({ list: [[['--password', 'hunter2'], null, { token: 'hunter2' }]] })).toEqual({
    list: [[['--password', '<redacted>'], null, { token: '<redacted 7 bytes>' }]],
  });
});
