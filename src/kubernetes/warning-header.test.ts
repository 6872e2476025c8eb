import { describe, expect, it } from 'vitest';

import { warningTexts } from './warning-header.ts';

describe('what a server warns of', () => {
  it.each<[string, string | readonly string[] | undefined, readonly string[]]>([
    ['one text', '299 - "batch/v1beta1 CronJob is deprecated in v1.21+"', ['batch/v1beta1 CronJob is deprecated in v1.21+']],
    ['several in one header', '299 - "one, with a comma", 299 kube-apiserver "two"', ['one, with a comma', 'two']],
    ['several headers, each text once', ['299 - "one"', '299 - "two"', '299 - "one"'], ['one', 'two']],
    ['escaped quotes and backslashes', String.raw`299 - "a \"quoted\" \\ one"`, [String.raw`a "quoted" \ one`]],
    ['a date behind the text', '299 - "old" "Sat, 25 Aug 2012 23:34:45 GMT", 299 - "new"', ['old', 'new']],
    ['not what caches say', '110 proxy "Response is Stale"', []],
    ['nothing where there is nothing', undefined, []],
    ['nothing where it is no warning', '299 - unquoted', []],
  ])('%s', (_, header, texts) => {
    expect(warningTexts(header)).toEqual(texts);
  });
});
