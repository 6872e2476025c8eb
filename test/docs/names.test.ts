import { describe, expect, it } from 'vitest';

import { namesIn, RULES } from './names.ts';
import { pageOf } from './page.ts';

describe.each(RULES)('the $what in the pages', (rule) => {
  it('exist', async () => {
    const unknown: string[] = [];
    for (const page of rule.pages) {
      for (const { line, text } of namesIn(page, rule))
        if (!(await rule.knows(text))) unknown.push(`${page.path}:${line}: ${text}`);
    }
    expect(unknown).toEqual([]);
  });

  it('are there, so that the rule is about something', () => {
    expect(rule.pages.some((page) => namesIn(page, rule).length > 0)).toBe(true);
  });
});

describe('the check of names', () => {
  it.each([
    ['`npm run bild`', 'bild'],
    ['asks `kube_gte`', 'kube_gte'],
    ['`--alow-kinds secrets`', 'alow-kinds'],
    ['`FAIRLEAD_QSP`', 'FAIRLEAD_QSP'],
    ['`deny_kind`', 'deny_kind'],
    ['`tls_config.ca_fil`', 'ca_fil'],
    ['`client.rolloutStats`', 'rolloutStats'],
    ['`test/docs/none.test.ts`', 'test/docs/none.test.ts'],
  ])('finds the one in %s', async (text, name) => {
    const page = pageOf('a.md', text);
    const unknown: string[] = [];
    for (const rule of RULES) {
      for (const found of namesIn(page, rule)) if (!(await rule.knows(found.text))) unknown.push(found.text);
    }
    expect(unknown).toEqual([name]);
  });
});
